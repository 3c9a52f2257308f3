"""`python -m raccord`: the `raccord` command."""

import sys

from .nodes.host.command import main

sys.exit(main())
