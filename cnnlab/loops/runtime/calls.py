"""Machine code that calls a loop by its address: so what calls many loops is compiled without them, in a moment."""

from cnnlab.loops.runtime.code import FINE
from cnnlab.loops.runtime.compiled import intrinsic
from cnnlab.loops.runtime.later import later

ir, types, cgutils = later("llvmlite.ir"), later("numba.types"), later("numba.core.cgutils")


@intrinsic
def call(typingctx, place, block):
    """Call the loop at `place` (`Loop.place`) with the numbers in a block (arguments.py) -> 0, or what went wrong."""

    def codegen(context, builder, signature, args):
        whole, short = ir.IntType(64), ir.IntType(32)
        room = cgutils.alloca_once(builder, whole, size=2)  # where it writes what it returns, and an error
        kind = ir.FunctionType(short, [room.type, room.type, whole])
        loop = builder.inttoptr(args[0], kind.as_pointer())
        status = builder.call(loop, [room, builder.gep(room, [whole(1)]), args[1]])
        fine = builder.or_(*(builder.icmp_signed("==", status, short(number)) for number in FINE))
        return builder.select(fine, whole(0), builder.sext(status, whole))

    return types.int64(types.int64, types.int64), codegen
