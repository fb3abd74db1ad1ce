"""What the server does besides pages: its HTTP routes, and what it does to websockets."""
