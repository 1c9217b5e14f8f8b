"""Translates small PyTorch scripts into JavaScript by the rules of the documentation: operators become methods, brackets
`index` and `index_put_`, keywords one object of names, None, True and inf their like."""

import ast
import json
import re

WORDS = {None: "null", True: "true", False: "false", "inf": "Infinity", "nan": "NaN"}
METHODS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "floor_divide", ast.Mod: "remainder",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or", ast.BitXor: "bitwise_xor",
    ast.LShift: "bitwise_left_shift", ast.RShift: "bitwise_right_shift",
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
# number op tensor
REFLECTED = {
    ast.Add: "{t}.add({n})", ast.Mult: "{t}.mul({n})", ast.Sub: "{t}.rsub({n})", ast.Div: "{t}.reciprocal().mul({n})",
    ast.Pow: "torch.pow({n}, {t})", ast.Mod: "torch.remainder({n}, {t})",
}  # fmt: skip


# what returns several tensors
LISTS = {"split", "chunk", "unbind", "tensor_split", "max", "min", "sort", "topk", "kthvalue", "mode", "median", "cummax", "grad", "meshgrid", "hsplit", "aminmax", "std_mean", "var_mean", "broadcast_tensors"}


def gives_list(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LISTS


def is_number(node):
    match node:
        case ast.Name():
            return node.id in ("inf", "nan")
        case ast.BinOp():
            return is_number(node.left) and is_number(node.right)
        case ast.UnaryOp(op=ast.USub()):
            return is_number(node.operand)
        case ast.Constant():
            return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return False


def whole_floats(node):
    """Is a tensor made of floats that JavaScript cannot tell from integers?"""
    numbers = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, int | float)]
    floats = any(isinstance(n, float) for n in numbers) and all(n == int(n) for n in numbers)
    return floats and ast.unparse(node.func) in ("torch.tensor", "torch.arange") and all(k.arg != "dtype" for k in node.keywords)


def index(node):
    """What stands between brackets: several indices, and a list of positions, in an array."""
    match node:
        case ast.Tuple():
            return f"[{', '.join(one_index(e) for e in node.elts)}]"
        case ast.List():
            return f"[{one_index(node)}]"
    return one_index(node)


def one_index(node):
    match node:
        case ast.Slice():
            parts = [node.lower, node.upper] + ([node.step] if node.step else [])
            return json.dumps(":".join("" if p is None else ast.unparse(p) for p in parts))
        case ast.Constant(value=value) if value is Ellipsis:
            return '"..."'
    return javascript(node)


def javascript(node):
    """An expression in JavaScript."""
    match node:
        case ast.Expression() | ast.Expr():
            return javascript(node.body if isinstance(node, ast.Expression) else node.value)
        case ast.Call():
            keywords = [f"{k.arg}: {javascript(k.value)}" for k in node.keywords]
            if whole_floats(node):
                keywords.append("dtype: torch.float32")
            given = [javascript(a) for a in node.args] + ([f"{{ {', '.join(keywords)} }}"] if keywords else [])
            new = "new " if re.fullmatch(r"(nn|torch\.optim)(\.\w+)*\.[A-Z]\w*", ast.unparse(node.func)) else ""
            return f"{new}{javascript(node.func)}({', '.join(given)})"
        case ast.Attribute():
            return f"{javascript(node.value)}.{node.attr}"
        case ast.Subscript() if gives_list(node.value) or ast.unparse(node.value) == "model":
            return f"{javascript(node.value)}[{javascript(node.slice)}]"
        case ast.Subscript():
            return f"{javascript(node.value)}.index({index(node.slice)})"
        case ast.List() | ast.Tuple():
            return f"[{', '.join(javascript(e) for e in node.elts)}]"
        case ast.BinOp() if is_number(node):
            return ast.unparse(node)
        case ast.BinOp() if is_number(node.left) and not is_number(node.right):
            return REFLECTED[type(node.op)].format(n=javascript(node.left), t=javascript(node.right))
        case ast.BinOp():
            return f"{javascript(node.left)}.{METHODS[type(node.op)]}({javascript(node.right)})"
        case ast.Compare(ops=[op], comparators=[right]):
            return f"{javascript(node.left)}.{METHODS[type(op)]}({javascript(right)})"
        case ast.UnaryOp(op=ast.Invert()):
            return f"{javascript(node.operand)}.bitwise_not()"
        case ast.UnaryOp() if not is_number(node):
            return f"{javascript(node.operand)}.neg()"
        case ast.UnaryOp():
            return f"-{javascript(node.operand)}"
        case ast.Lambda():
            return f"({', '.join(a.arg for a in node.args.args)}) => {javascript(node.body)}"
        case ast.Name():
            return WORDS.get(node.id, node.id)
        case ast.Constant():
            return WORDS[node.value] if isinstance(node.value, bool | None) else json.dumps(node.value)
    raise ValueError(f"no JavaScript for {ast.dump(node)}")


def statement(node):
    """A statement in JavaScript: an expression, an assignment, `with torch.no_grad():`."""
    match node:
        case ast.Assign(targets=[ast.Subscript() as target]):
            return f"{javascript(target.value)}.index_put_({index(target.slice)}, {javascript(node.value)})"
        case ast.Assign(targets=[ast.Tuple() as target]):
            return f"[{', '.join(javascript(e) for e in target.elts)}] = {javascript(node.value)}"
        case ast.Assign(targets=[target]):
            return f"{javascript(target)} = {javascript(node.value)}"
        case ast.AugAssign(target=ast.Subscript() as target):
            changed = f"{javascript(target)}.{METHODS[type(node.op)]}_({javascript(node.value)})"
            return f"{javascript(target.value)}.index_put_({index(target.slice)}, {changed})"
        case ast.AugAssign():
            return f"{javascript(node.target)}.{METHODS[type(node.op)]}_({javascript(node.value)})"
        case ast.With(items=[item]):
            body = "; ".join(statement(s) for s in node.body)
            return f"{javascript(item.context_expr)[:-1]}() => {{ {body} }})"
        case ast.For(target=ast.Name() as name):
            body = "; ".join(statement(s) for s in node.body)
            return f"for (const {name.id} of {javascript(node.iter)}) {{ {body} }}"
    return javascript(node)
