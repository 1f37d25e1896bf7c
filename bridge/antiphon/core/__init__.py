"""The core: sessions, windows and answers, without a clock, a socket, a thread or a disk. Time is an argument."""
