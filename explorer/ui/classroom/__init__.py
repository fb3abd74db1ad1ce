"""The class, for the pages: who leads it and who follows."""
