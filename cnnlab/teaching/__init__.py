"""A desk for teachers: clean copies of notebooks for a class, and marks of what comes back.

`assigning.assign` writes the copies, `grading.grade` reads what students hand in: what its outputs say, or, on request,
what its code does when it is run again in a process of its own.  The command `cnnlab` calls both.
"""
