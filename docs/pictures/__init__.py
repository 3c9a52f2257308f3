"""The pictures of the help pages, one module a job; every picture is what a node really gave."""
