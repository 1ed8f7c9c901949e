"""What a credit is made of: agencies, places, names, and where in a text each can stand."""
