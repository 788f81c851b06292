"""The stations' flows, with fakes for everything outside."""
