"""How fast and how large the project is, each figure beside what it is compared with."""
