"""`python -m ownwords`: the command line."""

from ownwords.cli import main

if __name__ == "__main__":
    main()
