"""What predictions and exercises are made of."""
