"""How fast cnnlab is, measured: `python3 lab.py bench`, beside PyTorch on the same processor where it is installed."""
