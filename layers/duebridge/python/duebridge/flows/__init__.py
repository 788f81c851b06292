"""One module a station: gather, ask the core, apply."""
