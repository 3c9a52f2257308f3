"""`python -m raccord.nodes.host`: the `raccord` command."""

import sys

from .command import main

sys.exit(main())
