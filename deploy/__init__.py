"""How rootid and the servers it uses are run. Nothing here is imported by the application."""
