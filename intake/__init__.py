"""Reading files into tables of facts, row by row accountable. Must not know a store, the command line or HTTP."""
