"""Where contracts stand, and which of them answers whom on the prefixes they share."""

from collections.abc import Sequence

from aurapromo.api.http.contract import Contract, Paths
from aurapromo.api.http.endpoint import Endpoint


class Mount:
    """A prefix and the contracts that share it."""

    def __init__(self, prefix: str, contracts: Sequence[Contract], anonymous: str) -> None:
        self.prefix = prefix.encode()
        self._below = self.prefix + b"/"
        self._faces = {contract.name: Face(contract) for contract in contracts}
        self.stranger = self._faces.get(anonymous) or next(iter(self._faces.values()))

    def covers(self, path: bytes) -> bool:
        return path.startswith(self._below) or path == self.prefix

    def face(self, contract: str) -> "Face":
        """The contract of a credential where it stands here, else the default one."""
        return self._faces.get(contract, self.stranger)

    def public(self, path: bytes, method: str) -> "Face | None":
        """The contract that answers this without a credential."""
        for face in self._faces.values():
            found = face.paths.find(path[len(self.prefix) :])
            if found is not None and method in found[0] and found[0][method].route.public:
                return face
        return None


class Face:
    """A contract and its paths."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.paths = Paths((route, Endpoint(route)) for route in contract.routes)


def mounts(contracts: Sequence[Contract], anonymous: str) -> list[Mount]:
    """One mount a prefix, the longest first. Strangers are answered in the contract named `anonymous`."""
    prefixes = sorted(
        {prefix for contract in contracts for prefix in contract.prefixes}, key=len, reverse=True
    )
    return [
        Mount(prefix, [contract for contract in contracts if prefix in contract.prefixes], anonymous)
        for prefix in prefixes
    ]
