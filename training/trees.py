"""trees.py - boosted trees of lightgbm as a .def file that src/base/trees.h reads."""


def number(x):
    text = f"{x:.7g}"
    return ("0" if abs(x) < 1e-30 else text) + ("" if "." in text or "e" in text and abs(x) >= 1e-30 else ".0") + "F"


def write(model, path, comment, scale=1.0):
    """Leaves are multiplied with scale."""
    nodes, leaves, roots = [], [], []

    def add(tree):
        if "leaf_value" in tree:
            leaves.append(tree["leaf_value"] * scale)
            return -len(leaves)
        at = len(nodes)
        nodes.append(None)
        low, high = add(tree["left_child"]), add(tree["right_child"])
        nodes[at] = (tree["split_feature"], tree["threshold"], low, high)
        return at

    for tree in model.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    with open(path, "w") as out:
        out.write(f"/* {comment} */\n")
        lines = [f"NODE({f}, {number(limit)}, {low}, {high})" for f, limit, low, high in nodes]
        lines += [f"LEAF({number(value)})" for value in leaves] + [f"TREE({root})" for root in roots]
        for at in range(0, len(lines), 4):
            out.write(" ".join(lines[at:at + 4]) + "\n")
