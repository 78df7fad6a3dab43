"""Files: one door for all that come from outside, and one way to write.

Nothing that comes in is believed, nothing runs, no memory is taken on trust.

What a file says of itself (sizes, counts, depth, dtypes) is compared with what is there and with what is asked for
before memory is taken for it.  Every refusal is a ValueError that names the file and says why.  No other part of
cnnlab opens files of users: a test looks.  What goes out is written in one stroke.
"""

from cnnlab.files.door import PathLike, no_file, opened, said
from cnnlab.files.npz import Npz
from cnnlab.files.packed import members, unpacked
from cnnlab.files.pictures import picture
from cnnlab.files.plain_pictures import decoded, squared
from cnnlab.files.protobuf import Part, real, signed
from cnnlab.files.sounds import sound
from cnnlab.files.text import parsed, plain, read_json
from cnnlab.files.writing import Held, check_place, held, in_one_stroke

__all__ = [
    "Held",
    "Npz",
    "Part",
    "PathLike",
    "check_place",
    "decoded",
    "held",
    "in_one_stroke",
    "members",
    "no_file",
    "opened",
    "parsed",
    "picture",
    "plain",
    "read_json",
    "real",
    "said",
    "signed",
    "sound",
    "squared",
    "unpacked",
]
