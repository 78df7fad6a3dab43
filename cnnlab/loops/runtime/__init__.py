"""What the loops run on: compiling, machine code on disk, threads, memory."""
