"""Channel files, VFX packages, checklists and reports."""
