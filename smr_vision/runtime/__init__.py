"""What runs it: processes, memory, signals, progress and where model files lie."""
