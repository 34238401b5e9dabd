"""The picture of a tree that the service tells of. Pure."""

from algorithms.pictures import Leaf, tree_picture
from graph import instants
from graph.growth import Tree, TreeNode


def picture_of(tree: Tree) -> str:
    """A tree as SVG; people are named by mask."""
    return tree_picture([_leaf(node) for node in tree.nodes], f"Whom {_name(tree.nodes[0])} brought, and those below")


def _leaf(node: TreeNode) -> Leaf:
    told = [_name(node), f"brought {node.direct:,}, {node.reach:,} below"]
    if node.at is not None:
        told.append(f"came {instants.text(node.at)[:10]}{f' ({node.campaign})' if node.campaign else ''}")
    if node.recruited:
        told.append("recruited")
    if node.hidden:
        told.append(f"{node.hidden:,} not shown")
    return Leaf(node.parent, _name(node), ", ".join(told), node.reach, node.hidden, node.recruited)


def _name(node: TreeNode) -> str:
    person = node.person
    if person.mask is None:
        return "(erased)"
    return f"{person.namespace}:{person.mask}"
