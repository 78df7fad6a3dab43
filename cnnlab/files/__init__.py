"""The door for every file that comes from outside: nothing is believed, nothing runs, no memory is taken on trust.

What a file says of itself (sizes, counts, depth, dtypes) is compared with what is there and with what is asked for
before memory is taken for it.  Every refusal is a ValueError that names the file and says why.  No other part of
cnnlab opens files of users: a test looks.
"""

from cnnlab.files.door import PathLike, no_file, opened, said
from cnnlab.files.npz import Npz
from cnnlab.files.packed import members, unpacked
from cnnlab.files.pictures import picture
from cnnlab.files.text import parsed, read_json

__all__ = ["Npz", "PathLike", "members", "no_file", "opened", "parsed", "picture", "read_json", "said", "unpacked"]
