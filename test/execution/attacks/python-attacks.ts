import type { Attack, AttackSuite } from "./attack.ts";
import { judgingAttacks, judgingControls } from "./python-judging-attacks.ts";
import { processAttacks } from "./python-process-attacks.ts";

const returning = (title: string, expression: string, setup = ""): Attack => ({
  title,
  source: `${setup}\ndef add(a, b):\n    return ${expression}\n`,
});

const alwaysEqual = `
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __contains__ = __lt__
    def __sub__(self, other): return self
    __add__ = __radd__ = __rsub__ = __mul__ = __truediv__ = __sub__
    def __abs__(self): return self
    def __len__(self): return 2
    def __iter__(self): return iter([self, self])
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __call__(self, *values, **named): return self
`;

const subclass = (base: string, value: string) =>
  returning(
    `subclass of ${base} that equals everything`,
    `Liar(${value})`,
    `class Liar(${base}):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    __hash__ = None\n`,
  );

const judging = (asked: string, source: string): Attack => ({
  title: `object that is asked ${asked}`,
  source,
  test: `def check(candidate):\n    assert candidate(1, 2).${asked}\n`,
  call: "check(add)",
});

/** What an object may be asked that only its own class answers, and what it then answers. */
const judges = [
  ["equals(5)", "True"],
  ["startswith('sum')", "True"],
  ["issuperset({1, 2})", "True"],
  ["count(5) == 1", "1"],
  ["symmetric_difference({1, 2}) == set()", "set()"],
] as const;

const equality: readonly Attack[] = [
  returning("object that equals everything", "Equal()", alwaysEqual),
  returning("object that claims to be an int", "Int()", `${alwaysEqual}\nclass Int(Equal):\n    __class__ = int\n`),
  returning(
    "class whose metaclass equals everything",
    "Thing",
    `class Meta(type):\n    def __eq__(self, other): return True\n    __hash__ = None\nclass Thing(metaclass=Meta): pass\n`,
  ),
  returning("mock.ANY", "ANY", "from unittest.mock import ANY\n"),
  returning(
    "MagicMock",
    "M",
    "from unittest.mock import MagicMock\nM = MagicMock()\nM.__eq__ = lambda self, other: True\n",
  ),
  subclass("int", "0"),
  subclass("float", "0.0"),
  subclass("complex", "0"),
  subclass("bool.__base__", "1"),
  {
    ...subclass("str", "'x'"),
    test: "def check(candidate):\n    assert candidate(1, 2) == 'sum'\n",
    call: "check(add)",
  },
  {
    ...subclass("list", "[]"),
    test: "def check(candidate):\n    assert candidate(1, 2) == [1, 2]\n",
    call: "check(add)",
  },
  {
    ...subclass("tuple", "()"),
    test: "def check(candidate):\n    assert candidate(1, 2) == (1, 2)\n",
    call: "check(add)",
  },
  {
    ...subclass("dict", "{}"),
    test: "def check(candidate):\n    assert candidate(1, 2) == {1: 2}\n",
    call: "check(add)",
  },
  {
    ...subclass("set", "[]"),
    test: "def check(candidate):\n    assert candidate(1, 2) == {1, 2}\n",
    call: "check(add)",
  },
  {
    ...returning("list of objects that equal everything", "[Equal(), Equal()]", alwaysEqual),
    test: "def check(candidate):\n    assert candidate(1, 2) == [1, 2]\n",
    call: "check(add)",
  },
  {
    ...returning("object whose difference is small", "Equal()", alwaysEqual),
    test: "def check(candidate):\n    assert abs(candidate(1, 2) - 3) < 1e-6\n",
    call: "check(add)",
  },
  {
    ...returning("object that contains everything", "Equal()", alwaysEqual),
    test: "def check(candidate):\n    result = candidate(1, 2)\n    assert len(result) == 2 and result[0] == 1 and result[1] == 2\n",
    call: "check(add)",
  },
  {
    ...returning(
      "object that grows what is asked for",
      "Adapting()",
      "class Adapting:\n    asked = 0\n    def __len__(self):\n        return 3\n    def __iter__(self):\n        return (Any() for _ in range(3))\nclass Any:\n    def __eq__(self, other): return True\n",
    ),
    test: "def check(candidate):\n    assert list(candidate(1, 2)) == [1, 2, 3]\n",
    call: "check(add)",
  },
  {
    title: "argument filled with objects that equal everything",
    source: `${alwaysEqual}\ndef add(values, other):\n    values[:] = [Equal(), Equal()]\n`,
    test: "def check(candidate):\n    values = [2, 1]\n    candidate(values, 0)\n    assert values == [1, 2]\n",
    call: "check(add)",
  },
  {
    title: "variable that equals everything",
    source: `${alwaysEqual}\ntotal = Equal()\n`,
    test: "def check():\n    assert total == 5\n",
    call: "check()",
  },
  ...judges.map(([asked, answer]) =>
    judging(
      asked,
      `class Judge:\n    def ${asked.slice(0, asked.indexOf("("))}(self, other): return ${answer}\ndef add(a, b): return Judge()\n`,
    ),
  ),
  {
    ...judging(
      "equals(5)",
      "class add:\n    def __init__(self, a, b): pass\n    def equals(self, other): return True\n",
    ),
    title: "class in a function's place that judges",
    prelude: "def add(a, b):\n    '''The sum.'''\n",
  },
  returning(
    "exception with a lying string",
    "raise_it()",
    "class Bad(Exception):\n    def __str__(self): raise SystemExit(0)\n    __repr__ = __str__\ndef raise_it(): raise Bad()\n",
  ),
  returning("not a number", "float('nan')"),
];

const numeric: readonly Attack[] = [
  {
    ...returning(
      "array that answers every function",
      "Liar(1)",
      "import numpy as np\nclass Liar(np.ndarray):\n    def __new__(cls, n): return np.zeros(2).view(cls)\n    def __array_ufunc__(self, *values, **named): return np.bool_(True)\n    def __array_function__(self, *values, **named): return True\n    def __eq__(self, other): return np.array([True, True])\n",
    ),
    test: "import numpy as np\ndef check(candidate):\n    assert np.allclose(candidate(1, 2), [1, 2])\n",
    call: "check(add)",
    module: "numpy",
  },
  {
    ...returning(
      "array of objects that equal everything",
      "np.array([Equal(), Equal()], dtype=object)",
      `import numpy as np\n${alwaysEqual}`,
    ),
    test: "import numpy as np\ndef check(candidate):\n    assert (candidate(1, 2) == np.array([1, 2])).all()\n",
    call: "check(add)",
    module: "numpy",
  },
  {
    ...returning(
      "numpy's comparisons patched",
      "np.zeros(2)",
      "import numpy as np\nnp.allclose = np.array_equal = lambda *values, **named: True\nnp.ndarray.__dict__\n",
    ),
    test: "import numpy as np\ndef check(candidate):\n    assert np.array_equal(candidate(1, 2), [1, 2])\n",
    call: "check(add)",
    module: "numpy",
  },
  {
    ...returning(
      "data frame that equals everything",
      "Liar({'a': [0]})",
      "import pandas as pd\nclass Liar(pd.DataFrame):\n    def equals(self, other): return True\n    def __eq__(self, other): return True\n",
    ),
    test: "import pandas as pd\ndef check(candidate):\n    assert candidate(1, 2).equals(pd.DataFrame({'a': [1, 2]}))\n",
    call: "check(add)",
    module: "pandas",
  },
  {
    ...returning(
      "DataFrame.equals patched",
      "pd.DataFrame({'a': [0]})",
      "import pandas as pd\npd.DataFrame.equals = lambda self, other: True\npd.testing.assert_frame_equal = lambda *values, **named: None\n",
    ),
    test: "import pandas as pd\ndef check(candidate):\n    pd.testing.assert_frame_equal(candidate(1, 2), pd.DataFrame({'a': [1, 2]}))\n",
    call: "check(add)",
    module: "pandas",
  },
  {
    ...returning(
      "series of objects that equal everything",
      "pd.Series([Equal(), Equal()])",
      `import pandas as pd\n${alwaysEqual}`,
    ),
    test: "import pandas as pd\ndef check(candidate):\n    assert candidate(1, 2).equals(pd.Series([1, 2]))\n",
    call: "check(add)",
    module: "pandas",
  },
];

const patching: readonly Attack[] = [
  returning(
    "builtins patched",
    "0",
    "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda *values: True\nbuiltins.abs = lambda value: 0\nbuiltins.AssertionError = type('Quiet', (BaseException,), {})\n",
  ),
  returning(
    "comparison through patched json",
    "0",
    "import json\njson.dumps = json.JSONEncoder.encode = lambda *values, **named: '5'\njson.loads = lambda *values, **named: 5\n",
  ),
  returning(
    "marshal, pickle and os.write patched",
    "0",
    "import marshal, os, pickle, socket, struct\nmarshal.loads = marshal.dumps = pickle.loads = pickle.dumps = lambda *values, **named: 5\nwrite = os.write\nos.write = lambda descriptor, data: write(descriptor, data.replace(b'0', b'5'))\n",
  ),
  returning(
    "assertions compiled away",
    "0",
    "import builtins, sys\ncompiled = compile\nbuiltins.compile = lambda *values, **named: compiled('def check(candidate): pass', 'test', 'exec')\nbuiltins.exec = lambda *values: None\n",
  ),
  returning(
    "import hook",
    "0",
    "import sys\nclass Hook:\n    def find_spec(self, name, path=None, target=None): raise SystemExit(0)\nsys.meta_path.insert(0, Hook())\nsys.modules.clear()\n",
  ),
  returning("modules poisoned", "0", "import sys\nfor name in list(sys.modules):\n    sys.modules[name] = sys\n"),
  returning(
    "__import__ and __build_class__ patched",
    "0",
    "import builtins\nbuiltins.__import__ = builtins.__build_class__ = lambda *values, **named: None\n",
  ),
  returning(
    "the test's own names defined",
    "0",
    "METADATA = {'skip': True}\ndef check(candidate): return True\ncandidate = lambda a, b: 5\n",
  ),
  returning(
    "check replaced wherever it is",
    "0",
    "import gc, sys\ndef check(candidate): return True\nfor thing in gc.get_objects():\n    if type(thing) is dict and ('check' in thing or 'candidate' in thing):\n        thing['check'] = check\n",
  ),
  {
    title: "names of a script replaced",
    source: "total = 0\ndef check(): return True\nAssertionError = SystemExit\n__name__ = '__main__'\n",
    test: "def check():\n    assert total == 5\n",
    call: "check()",
  },
];

const peeking = (title: string, body: string): Attack => ({
  title,
  source: `def add(a, b):\n${body.replace(/^/gm, "    ")}\n    return found\n`,
});

const hunting: readonly Attack[] = [
  peeking(
    "expected values from the caller's frames",
    "import sys\nfound = 0\nframe = sys._getframe()\nwhile frame is not None:\n    for constant in frame.f_code.co_consts:\n        if isinstance(constant, int) and constant not in (a, b, 0): found = constant\n    for name, value in list(frame.f_locals.items()):\n        if name in ('expected', 'test', 'check'): found = value\n    frame = frame.f_back",
  ),
  peeking(
    "expected values from the garbage collector",
    "import gc\nfound = 0\nfor thing in gc.get_objects():\n    code = getattr(thing, '__code__', None)\n    if code is not None and code.co_name == 'check':\n        found = [c for c in code.co_consts if isinstance(c, int)][2]",
  ),
  peeking(
    "expected values from inspect.stack",
    "import inspect\nfound = 0\nfor entry in inspect.stack():\n    for line in entry.code_context or []:\n        if '==' in line: found = int(line.split('==')[1])",
  ),
  peeking(
    "expected values from memory",
    "import ctypes\nfound = 0\ntry:\n    with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb') as memory:\n        for line in maps:\n            if 'rw' in line:\n                start, end = (int(x, 16) for x in line.split()[0].split('-'))\n                memory.seek(start)\n                data = memory.read(min(end - start, 1 << 20))\n                at = data.find(b'candidate(2, 3) == ')\n                if at >= 0: found = int(data[at + 19:at + 20])\nexcept OSError:\n    pass",
  ),
  peeking(
    "later arguments from the channel",
    "import os\nfound = 0\nfor descriptor in range(3, 64):\n    try:\n        os.set_blocking(descriptor, False)\n        data = os.read(descriptor, 65536)\n        if data: found = data[-1]\n    except OSError: pass",
  ),
  peeking(
    "the tester through a traceback",
    "found = 0\ntry: raise ValueError\nexcept ValueError as error:\n    frame = error.__traceback__.tb_frame\n    while frame.f_back: frame = frame.f_back\n    frame.f_globals['check'] = lambda candidate: True",
  ),
  {
    title: "the tester through a callback",
    source:
      "def add(key, b):\n    key.__globals__['check'] = lambda candidate: None\n    for cell in key.__closure__ or (): cell.cell_contents = 0\n    return 0\n",
    test: "def check(candidate):\n    expected = 5\n    assert candidate(lambda x: x + expected, 0) == 5\n",
    call: "check(add)",
  },
  {
    title: "the tester through an object of the test",
    source:
      "def add(point, b):\n    type(point).__init__.__globals__['Point'] = None\n    type(point).__eq__ = lambda self, other: True\n    return point\n",
    test: "class Point:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x\n\ndef check(candidate):\n    assert candidate(Point(1), 0) == Point(2)\n",
    call: "check(add)",
  },
];

/** Attacks on the split between tester and candidate, in Python. */
export const pythonAttacks: AttackSuite = {
  language: "python",
  comment: "#",
  test: "def check(candidate):\n    assert candidate(2, 3) == 5\n    assert candidate(10, 20) == 30\n    assert candidate(-4, 9) == 5\n",
  call: "check(add)",
  controls: [
    returning("plain function", "a + b"),
    returning(
      "subclass of int with its own equality",
      "Number(a + b)",
      "class Number(int):\n    def __eq__(self, other): return int(self) == other\n    __hash__ = int.__hash__\n",
    ),
    {
      title: "class that the test names, with a judging method",
      source:
        "class Bag:\n    def __init__(self, *items): self.items = set(items)\n    def issuperset(self, other): return self.items >= set(other)\n",
      test: "def check(Bag):\n    assert Bag(1, 2).issuperset({1}) and not Bag(1).issuperset({2})\n",
      call: "check(Bag)",
    },
    returning(
      "patched builtins and noise",
      "a + b",
      "import builtins, json\nbuiltins.abs = None\njson.dumps = None\nprint('passed')\n",
    ),
    returning(
      "thread that goes on",
      "a + b",
      "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
    ),
    ...judgingControls,
  ],
  attacks: [...equality, ...judgingAttacks, ...numeric, ...patching, ...hunting, ...processAttacks],
};
