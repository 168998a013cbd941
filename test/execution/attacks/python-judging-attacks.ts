import type { Attack } from "./attack.ts";

const judged = (title: string, source: string, test: string): Attack => ({ title, source, test, call: "check(add)" });

const asked = (asked: string) => `def check(candidate):\n    assert candidate(1, 2).${asked}\n`;

/** Speaks to the tester itself, past the sandbox's own encoder. */
export const speaking = (answer: string) => `
import json, sys
frame = sys._getframe()
while 'channel' not in frame.f_locals: frame = frame.f_back
channel = frame.f_locals['channel']
def say(value): channel.send(json.dumps(value).encode())
say({"names": {"add": {"handle": [0, "function", "add", []]}}})
while True:
    channel.receive()
    say(${answer})
#import numpy
`;

const arrayTest =
  "import numpy as np\ndef check(candidate):\n    assert np.array_equal(candidate(1, 2), np.array([912345, 567890, 424242]))\n";

/** Values and names by which a candidate would judge itself. */
export const judgingAttacks: readonly Attack[] = [
  judged("built-in type as a judging method", "class R: equals = str\ndef add(a, b): return R()\n", asked("equals(5)")),
  judged(
    "exception class as a judging method",
    "class E(Exception): pass\nclass R: startswith = E\ndef add(a, b): return R()\n",
    asked("startswith('sum')"),
  ),
  judged(
    "named tuple with a judging field",
    "from collections import namedtuple\nR = namedtuple('R', ['equals'])\ndef add(a, b): return R(lambda other: True)\n",
    asked("equals(5)"),
  ),
  judged(
    "module that the test uses and does not import",
    "class M:\n    isclose = staticmethod(lambda *a, **k: True)\nmath = M()\ndef add(a, b): return 0\n",
    "def check(candidate):\n    assert math.isclose(candidate(1, 2), 3)\n",
  ),
  {
    ...judged(
      "library under its usual short name",
      "import numpy\nclass M:\n    allclose = staticmethod(lambda *a, **k: True)\nnp = M()\ndef add(a, b): return 0\n",
      "def check(candidate):\n    assert np.allclose(candidate(1, 2), 3)\n",
    ),
    module: "numpy",
  },
  {
    title: "built-in function that looks at the result",
    source: "def sum(a, b): return 0\ndef abs(value): return 0\n",
    test: "assert abs(sum(1, 2) - 3) < 1e-6",
  },
  judged(
    "method put on the test's own object",
    "def add(point, b):\n    point.same = lambda other: True\n",
    "class Point:\n    def __init__(self, x): self.x = x\n    def same(self, other): return self.x == other.x\ndef check(candidate):\n    point = Point(1)\n    candidate(point, 2)\n    assert point.same(Point(2))\n",
  ),
  judged(
    "named tuple whose fields are a text",
    speaking('{"result": {"named": ["Point", "xy", [1]]}}'),
    "def check(candidate):\n    assert candidate(1, 2) == (1, 2)\n",
  ),
  {
    title: "module in a function's place",
    source: speaking('{"result": None}').replace(
      '{"handle": [0, "function", "add", []]}',
      '{"shared": ["statistics", "math"]}',
    ),
    test: "add.sqrt = lambda value: 0\nassert add.sqrt(4) == 0",
  },
  judged(
    "context that swallows the test's assertion",
    "class C:\n    value = 0\n    def __enter__(self): return self\n    def __exit__(self, *error): return True\ndef add(a, b): return C()\n",
    "def check(candidate):\n    with candidate(1, 2) as c:\n        assert c.value == 3\n",
  ),
  judged(
    "context that turns the test's assertion into what it expects",
    "class C:\n    value = 0\n    def __enter__(self): return self\n    def __exit__(self, *error): raise ValueError\ndef add(a, b): return C()\n",
    "def check(candidate):\n    try:\n        with candidate(1, 2) as c:\n            assert c.value == 3\n    except ValueError:\n        pass\n",
  ),
  judged(
    "exception with a judging attribute",
    "def add(a, b):\n    error = ValueError()\n    error.startswith = lambda other: True\n    raise error\n",
    "def check(candidate):\n    try:\n        candidate(1, 2)\n        assert False\n    except ValueError as error:\n        assert error.startswith('sum')\n",
  ),
  {
    title: "container that the test makes, which equals everything",
    source:
      "class add(list):\n    def push(self, value): pass\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n",
    test: "values = add([1])\nvalues.push(2)\nassert values == [1, 2]",
  },
  // The memory that the test's array had is the first that a new one gets.
  {
    ...judged("array of other numbers", "import numpy as np\ndef add(a, b): return np.array([1, 2, 3])\n", arrayTest),
    module: "numpy",
  },
  {
    ...judged("array without its bytes", speaking('{"result": {"array": ["array", "<i8", [3], ""]}}'), arrayTest),
    module: "numpy",
  },
];

/** Right programs that do what the attacks do. */
export const judgingControls: readonly Attack[] = [
  {
    title: "class that pickle, dataclasses and type hints look up by its module",
    source: `from __future__ import annotations
import dataclasses, pickle, sys, typing

@dataclasses.dataclass
class Sum:
    first: int
    second: dataclasses.InitVar[int]
    total: int = 0

    def __post_init__(self, second):
        self.total = self.first + second

class Pair:
    sum: Sum

def add(a, b):
    assert typing.get_type_hints(Pair) == {'sum': Sum}
    assert getattr(sys.modules[__name__], 'add') is add
    return pickle.loads(pickle.dumps(Sum(a, b))).total
`,
  },
  {
    title: "named tuple with a function in it",
    source:
      "from collections import namedtuple\nTool = namedtuple('Tool', ['x', 'apply'])\ndef add(a, b): return Tool(a, lambda other: other + b)\n",
    test: "def check(candidate):\n    tool = candidate(2, 3)\n    assert tool.x == 2 and tool.apply(2) == 5\n",
    call: "check(add)",
  },
  {
    title: "function with a module's name",
    source: "def copy(values): return list(values)\n",
    test: "values = [1, 2]\nassert copy(values) == values and copy(values) is not values",
  },
  {
    title: "module that only the program imports",
    source: "import math\ndef add(a, b): return math.fsum([a, b])\n",
    test: "def check(candidate):\n    assert math.isclose(candidate(2, 3), 5)\n",
    call: "check(add)",
  },
  {
    title: "changed object of the test",
    source: "def add(point, b):\n    point.x += b\n    point.seen = True\n",
    test: "class Point:\n    def __init__(self, x): self.x = x\n    def same(self, other): return self.x == other.x\ndef check(candidate):\n    point = Point(2)\n    candidate(point, 3)\n    assert point.same(Point(5)) and point.seen\n",
    call: "check(add)",
  },
  {
    title: "named tuple",
    source:
      "from collections import namedtuple\nPoint = namedtuple('Point', ['x', 'y'])\ndef add(a, b): return Point(a, b)\n",
    test: "def check(candidate):\n    assert candidate(2, 3) == (2, 3) and candidate(2, 3).y == 3\n",
    call: "check(add)",
  },
];
