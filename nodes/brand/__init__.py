"""Write the kit, score pictures against it, shortlist."""
