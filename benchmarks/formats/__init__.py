"""What people film is what is analysed: one known film through many encoders, containers and players.

    python -m benchmarks.formats --out FOLDER [--only TEXT] [--write docs/formats.md]

`film` draws the film and reads a picture of it back, `boxes` edits MP4 files as phones write them, `recipes` names the
combinations and makes their files, `referees` says what others show, `__main__` compares.
"""
