"""What a notebook finds in its namespace on a Brickyard cluster."""
