"""How machine code finds its arguments in a block of numbers (arguments.py): numba's side of it."""

import itertools

from cnnlab.loops.runtime.later import later

ir, types, arrayobj, extending = map(later, ("llvmlite.ir", "numba.types", "numba.np.arrayobj", "numba.extending"))


def entrance(run, given, name):
    """A function of the address of a block that calls run(*arguments), for numba to compile.

    run : numba's dispatcher.  given : numba's types of the arguments.
    """

    @extending.intrinsic
    def taken(typingctx, block):
        """The arguments in a block, as a tuple."""

        def codegen(context, builder, signature, args):
            return taken_apart(context, builder, signature.return_type, args[0])

        return types.Tuple(given)(block), codegen

    def enter(block):
        return run(*taken(block))

    enter.__name__ = enter.__qualname__ = f"enter_{name}"
    return enter


def taken_apart(context, builder, kind, block):
    """What stands in a block for a tuple of this type of numba's, as LLVM's value."""
    whole, header, places = ir.IntType(64), object.__basicsize__ // 8, itertools.count()

    def word(address, number):
        """A word of eight bytes, so many words behind an address."""
        return builder.load(builder.gep(builder.inttoptr(address, whole.as_pointer()), [whole(number)]))

    def value(kind):
        if isinstance(kind, types.BaseTuple):
            return context.make_tuple(builder, kind, [value(part) for part in kind])
        here, own = word(block, next(places)), context.get_value_type(kind)
        if isinstance(kind, types.Array):  # PyArrayObject: data, number of axes, sizes, strides, ...
            sizes, strides = word(here, header + 2), word(here, header + 3)
            array = context.make_array(kind)(context, builder)
            arrayobj.populate_array(
                array,
                builder.inttoptr(word(here, header), array.data.type),
                [word(sizes, axis) for axis in range(kind.ndim)],
                [word(strides, axis) for axis in range(kind.ndim)],
                whole(context.get_abi_sizeof(context.get_data_type(kind.dtype))),
                None,
            )
            return array._getvalue()
        if isinstance(kind, types.Record):  # PyVoidScalarObject: a size, data, ...
            return builder.inttoptr(word(here, header + 1), own)
        if isinstance(kind, types.Float):
            return builder.bitcast(here if kind.bitwidth == 64 else builder.trunc(here, ir.IntType(32)), own)
        return here if own.width == 64 else builder.trunc(here, own)

    return value(kind)
