import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Executor, openExecutor } from "../../../src/execution/executor.ts";
import { member as python } from "../../../src/execution/languages/python.ts";
import type { Limits, Program } from "../../../src/execution/program.ts";
import { speaking } from "../attacks/python-judging-attacks.ts";

const limits: Limits = { wallSeconds: 4, cpuSeconds: 2, memoryMegabytes: 512 };
let executor: Executor;

beforeAll(async () => {
  executor = await openExecutor({ workers: 2 });
});

afterAll(() => executor.close());

function run(source: string, test: string, more: Partial<Program> = {}) {
  return executor.execute({ language: "python", source, test, ...more }, limits);
}

describe("what a test takes from the candidate", () => {
  it("calls functions, with keywords, defaults and functions as arguments", async () => {
    const source = "def apply(f, values, *, start=0):\n    return [f(v) + start for v in values]\n";
    const test =
      "assert apply(lambda v: v * v, [1, 2], start=1) == [2, 5]\nassert apply(str.upper, ['a'], start='') == ['A']";
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("sees arguments changed in place, also nested and shared ones", async () => {
    const source = "def change(outer):\n    outer[0].append(3)\n    outer.append(outer[0])\n    outer[1]['k'].add(2)\n";
    const test = [
      "inner, table = [1], {'k': {1}}",
      "outer = [inner, table]",
      "assert change(outer) is None",
      "assert inner == [1, 3] and table == {'k': {1, 2}} and outer[2] is inner",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("sees the standard library's containers changed in place", async () => {
    const source = [
      "def change(queue, ordered, count, groups, numbers):",
      "    queue.appendleft(0); queue[1].append(2)",
      "    ordered.move_to_end('a')",
      "    count['x'] += 1",
      "    groups['x'].append(1)",
      "    numbers[0] = 9",
      "    return queue, numbers[1:]",
    ].join("\n");
    const test = [
      "from array import array",
      "from collections import Counter, OrderedDict, defaultdict, deque",
      "queue, ordered, count = deque([[1]], maxlen=3), OrderedDict(a=1, b=2), Counter('x')",
      "groups, numbers = defaultdict(list), array('i', [1, 2])",
      "assert change(queue, ordered, count, groups, numbers) == (queue, array('i', [2]))",
      "assert queue == deque([0, [1, 2]]) and queue.maxlen == 3 and list(ordered) == ['b', 'a']",
      "assert count == Counter('xx') and groups == {'x': [1]} and numbers == array('i', [9, 2])",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("sees global variables as the candidate's functions leave them", async () => {
    const source =
      "count, log, last = 0, [], None\ndef note(x):\n    global count, last\n    count += 1\n    last = x\n    log.append(x)\n";
    const test = [
      "assert count == 0 and log == [] and last is None",
      "def both(): note(1); note(2)",
      "both()",
      "assert count == 2 and log == [1, 2] and last == 2",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("keeps the identity of a result that is an argument", async () => {
    const test = "values = [2, 1]\nresult = ordered(values)\nassert result is values and values == [1, 2]";
    expect(await run("def ordered(v):\n    v.sort()\n    return v\n", test)).toMatchObject({ outcome: "passed" });
  });

  it("works with objects of the candidate's classes", async () => {
    const source = [
      "class Node:",
      "    def __init__(self, value): self.value, self.next = value, None",
      "    def __len__(self): return 1 + (len(self.next) if self.next else 0)",
      "class Special(Node): pass",
      "def total(node):",
      "    return node.value + total(node.next) if node else 0",
    ].join("\n");
    const test = [
      "first = Node(1)",
      "first.next = Special(2)",
      "assert total(first) == 3 and len(first) == 2 and first.next.value == 2",
      "assert first.next is first.next and first != first.next",
      "assert isinstance(first.next, Special) and not isinstance(first, Special) and isinstance(first.next, Node)",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("works with containers that have methods of their own, and compares their contents", async () => {
    const source = [
      "from collections import OrderedDict",
      "from typing import NamedTuple",
      "class Stack(list):",
      "    def push(self, x): self.append(x)",
      "class Cache(OrderedDict):",
      "    def __missing__(self, key): return -1",
      "    def put(self, key, value): self[key] = value; self.move_to_end(key, last=False)",
      "class Point(NamedTuple):",
      "    x: int",
      "    y: int",
      "    def moved(self, by): return Point(self.x + by, self.y)",
    ].join("\n");
    const test = [
      "stack, cache, point = Stack([1]), Cache(), Point(1, 2)",
      "stack.push(2)",
      "assert stack == [1, 2] and stack != [1] and stack[-1] == 2 and isinstance(stack, Stack) and 2 in stack",
      "cache.put('a', 1); cache.put('b', 2)",
      "assert cache['a'] == 1 and cache['c'] == -1 and list(cache) == ['b', 'a'] and 'c' not in cache",
      "x, y = point",
      "assert point == (x, y) == (1, 2) and {point: 1}[Point(1, 2)] == 1 and point.moved(1) == Point(2, 2)",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("hands over objects of the test's own classes", async () => {
    const source = "def double(point):\n    point.x *= 2\n    return point\n";
    const test =
      "class Point:\n    def __init__(self, x): self.x = x\np = Point(3)\nassert double(p) is p and p.x == 6";
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("iterates lazily over generators without end", async () => {
    const source = "def naturals():\n    n = 0\n    while True:\n        yield n\n        n += 1\n";
    const test = "from itertools import islice\nassert list(islice(naturals(), 500)) == list(range(500))";
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("gets all items that came before an exception, and no more than it asked an object for", async () => {
    const source = [
      "def items():",
      "    yield from range(20)",
      "    raise ValueError('late')",
      "class Steps:",
      "    count = 0",
      "    def __iter__(self): return self",
      "    def __next__(self):",
      "        self.count += 1",
      "        return self.count",
    ].join("\n");
    const test = [
      "got = []",
      "try:",
      "    for item in items(): got.append(item)",
      "except ValueError as error: got.append(str(error))",
      "assert got == [*range(20), 'late']",
      "steps = Steps()",
      "assert [next(steps) for _ in range(30)][-1] == 30 == steps.count",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("keeps a library's NaN the object that it is", async () => {
    const source = "import math\ndef f(own): return {'a': [float('nan') if own else math.nan]}\n";
    const test = "import math\nassert f(False) == {'a': [math.nan]} and f(True) != {'a': [math.nan]}";
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("works in the test's folder, which is empty for each", async () => {
    const source = "def copy(path):\n    with open('copied', 'w') as file: file.write(open(path).read())\n";
    const test = [
      "import os",
      "assert os.listdir('.') == []",
      "with open('given', 'w') as file: file.write('text')",
      "copy('given')",
      "assert open('copied').read() == 'text'",
    ].join("\n");
    for (const number of [1, 2, 3]) {
      expect(await run(`${source}# ${number}\n`, test)).toMatchObject({ outcome: "passed" });
    }
  });

  it("awaits asynchronous functions, whose locks and tasks share an event loop", async () => {
    const source = `
import asyncio

class Counter:
    def __init__(self):
        self.lock, self.value = asyncio.Lock(), 0

    async def increase(self):
        async with self.lock:
            await asyncio.sleep(0.001)
            self.value += 1
            return self.value

async def add(a, b):
    if a < 0:
        raise ValueError("negative")
    return a + b
`;
    const test = (sum: number) => `
import asyncio

async def check():
    counter = Counter()
    assert await counter.increase() == 1 and await counter.increase() == 2
    assert await asyncio.gather(add(1, 2), add(2, 3)) == [3, ${sum}]
    try:
        await add(-1, 0)
    except ValueError as error:
        assert str(error) == "negative"

assert asyncio.run(add(2, 3)) == ${sum}
asyncio.run(check())
`;
    expect(await run(source, test(5))).toMatchObject({ outcome: "passed" });
    expect(await run(source, test(6))).toMatchObject({ outcome: "failed" });
  });

  it("enters contexts and iterates asynchronously", async () => {
    const source = [
      "class Context:",
      "    def __enter__(self): self.log = ['in']; return self",
      "    def __exit__(self, kind, error, trace): self.log.append(str(error))",
      "class Later:",
      "    async def __aenter__(self): return numbers(3)",
      "    async def __aexit__(self, *error): pass",
      "async def numbers(n):",
      "    for i in range(n): yield i",
    ].join("\n");
    const test = [
      "import asyncio",
      "with Context() as context: assert context.log == ['in']",
      "assert context.log == ['in', 'None']",
      "try:",
      "    with context: raise ValueError('bad')",
      "except ValueError: pass",
      "assert context.log == ['in', 'bad']",
      "async def main():",
      "    async with Later() as items: return [item async for item in items]",
      "assert asyncio.run(main()) == [0, 1, 2]",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("calls back methods of objects that the test has", async () => {
    const source =
      "class Emitter:\n    def __init__(self): self.listeners = []\n    def on(self, f): self.listeners.append(f)\n    def emit(self, x): return [f(x) for f in self.listeners]\n";
    const test = [
      "class Sum:",
      "    total = 0",
      "    def add(self, x): self.total += x; return self.total",
      "seen, total, emitter = [], Sum(), Emitter()",
      "for function in (seen.append, total.add, abs, (2).__add__): emitter.on(function)",
      "assert emitter.emit(2) == [None, 2, 2, 4] and seen == [2] and total.total == 2",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("tells functions of both sides by their names", async () => {
    const source =
      "import functools\ndef traced(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return f(*a)\n    return inner\ndef named():\n    'text'\n";
    const test =
      "@traced\ndef g(x):\n    'doc'\n    return x\nassert g(1) == 1 and g.__name__ == 'g' and g.__doc__ == 'doc'\nassert named.__name__ == 'named' and named.__doc__ == 'text'";
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("lets a test expect exceptions, built-in ones and the candidate's own", async () => {
    const source = [
      "class Broken(ValueError): pass",
      "def fail(kind):",
      "    if kind == 1: raise Broken('own')",
      "    return {}['missing']",
    ].join("\n");
    const test = [
      "for kind, expected, text in ((1, Broken, 'own'), (1, ValueError, 'own'), (2, KeyError, \"'missing'\")):",
      "    try:",
      "        fail(kind)",
      "        assert False",
      "    except expected as error:",
      "        assert str(error) == text",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("lets a test look at exceptions: their base classes, a library's, attributes and messages", async () => {
    const source = [
      "import json, statistics",
      "class Mixin: pass",
      "class BankError(Mixin, Exception): pass",
      "class Missing(BankError, KeyError):",
      "    def __init__(self, amount): self.amount = amount",
      "    def __str__(self): return f'{self.amount} is missing'",
      "def pay(amount): raise Missing(amount)",
      "def mean(values): return statistics.mean(values)",
      "def read(text): return json.loads(text)",
    ].join("\n");
    const test = [
      "import json, statistics",
      "def caught(kind, function, argument):",
      "    try: function(argument)",
      "    except kind as error: return error",
      "error = caught(BankError, pay, 3)",
      "assert error.amount == 3 and str(error) == '3 is missing' and type(error).__name__ == 'Missing'",
      "assert isinstance(error, KeyError) and isinstance(error, Missing) and issubclass(Missing, BankError)",
      "assert caught(statistics.StatisticsError, mean, [])",
      "assert caught(json.JSONDecodeError, read, '{').pos == 1",
    ].join("\n");
    expect(await run(source, test)).toMatchObject({ outcome: "passed" });
  });

  it("carries an exception of a test's function through the candidate", async () => {
    const test =
      "def bad(x):\n    raise LookupError('mine')\ntry:\n    call(bad)\nexcept LookupError as e:\n    assert str(e) == 'mine'";
    expect(await run("def call(f):\n    return f(1)\n", test)).toMatchObject({ outcome: "passed" });
  });

  it("takes a built-in's name from the candidate only when the test names nothing else", async () => {
    expect(await run("def sum(a, b):\n    return a + b\n", "assert sum(1, 2) == 3")).toMatchObject({
      outcome: "passed",
    });
    const source = "def count(v):\n    return 7\ndef len(v):\n    return 7\n";
    expect(await run(source, "assert count([1]) == len([1])")).toMatchObject({ outcome: "failed" });
  });

  it("trusts the prelude's helpers, and not its unfinished definition", async () => {
    const prelude = "import math\ndef helper(x):\n    return x + 1\n\ndef answer(x):\n    ";
    const test = "def check(candidate):\n    assert candidate(1) == helper(1) == 2 and math.pi > 3\n";
    const right = "import math\ndef helper(x):\n    return x + 1\n\ndef answer(x):\n    return x + 1\n";
    expect(await run(right, test, { prelude, call: "check(answer)" })).toMatchObject({ outcome: "passed" });
    const forged = "def helper(x):\n    return 2 if x == 1 else 0\ndef answer(x):\n    return 2\n";
    const strict = "def check(candidate):\n    assert candidate(5) == helper(5)\n";
    expect(await run(forged, strict, { prelude, call: "check(answer)" })).toMatchObject({ outcome: "failed" });
    expect(await run("pass", test, { prelude, call: "check(answer)" })).toMatchObject({
      outcome: "runtime_error",
      exceptionType: "NameError",
      message: "name 'answer' is not defined",
    });
  });

  it("knows a named tuple by its fields, whatever an earlier program made of its name", async () => {
    const lonely = await openExecutor({ workers: 1 });
    const test = "def check(candidate):\n    assert candidate(1, 2) == (1, 2)\n";
    const source = speaking('{"result": {"named": ["Point", "xy", [1]]}}');
    const wrong: Program = { language: "python", source, test, call: "check(add)" };
    const right =
      "from collections import namedtuple\nPoint = namedtuple('Point', ['x', 'y'])\ndef add(a, b):\n    return Point(a, b)\n";
    expect((await lonely.execute(wrong, limits)).outcome).toBe("runtime_error");
    expect((await lonely.execute({ ...wrong, source: right }, limits)).outcome).toBe("passed");
    await lonely.close();
  });

  it("fails a program that the test never used", async () => {
    expect(await run("x = 1", "assert True")).toMatchObject({
      outcome: "failed",
      message: "the test never used the candidate",
    });
  });
});

describe("what a verdict says", () => {
  it("names exception, message and line of the candidate", async () => {
    const source = "def f(x):\n    y = x\n    return y / 0\n";
    expect(await run(source, "f(1)")).toMatchObject({
      outcome: "runtime_error",
      exceptionType: "ZeroDivisionError",
      message: "division by zero",
      line: 3,
    });
    expect(await run("x = (1,\n", "assert x")).toMatchObject({
      outcome: "syntax_error",
      exceptionType: "SyntaxError",
      message: "'(' was never closed",
      line: 1,
    });
  });

  it.each([
    ["SystemExit", "import sys\ndef f():\n    sys.exit(0)\n"],
    ["KeyboardInterrupt", "def f():\n    raise KeyboardInterrupt\n"],
    ["Odd", "class Odd(BaseException): pass\ndef f():\n    raise Odd\n"],
  ])("is not talked out of %s by a test that catches everything", async (name, source) => {
    const test = "try:\n    f()\nexcept:\n    pass\n";
    expect(await run(source, test)).toMatchObject({ outcome: "runtime_error", exceptionType: name });
  });

  it("says when the process died", async () => {
    const test = "try:\n    f()\nexcept:\n    pass\n";
    expect(await run("import os\ndef f():\n    os._exit(0)\n", test)).toMatchObject({
      outcome: "runtime_error",
      message: "the process ended with exit status 0 before the test was over",
    });
    expect(await run("import os\ndef f():\n    os.abort()\n", test)).toMatchObject({
      outcome: "runtime_error",
      message: "the process was ended by SIGABRT",
    });
  });

  it("calls both kinds of time limit a timeout", async () => {
    expect(await run("while True: pass", "assert 1")).toMatchObject({ outcome: "timeout" });
    const sleeping = await run("import time\ndef f():\n    time.sleep(60)\n", "try:\n    f()\nexcept:\n    pass\n");
    expect(sleeping).toMatchObject({ outcome: "timeout", message: "out of wall time" });
    expect(sleeping.cpuSeconds).toBeLessThan(1);
  });

  it("limits memory", async () => {
    const source = "def f():\n    return len(bytearray(2 << 30))\n";
    expect(await run(source, "assert f() > 0")).toMatchObject({
      outcome: "runtime_error",
      exceptionType: "MemoryError",
    });
  });

  it("survives much output and a result that is too large", async () => {
    const noise =
      "import sys\ndef f():\n    print('x' * 10_000_000)\n    sys.stderr.write('y' * 10_000_000)\n    return 1\n";
    expect(await run(noise, "assert f() == 1")).toMatchObject({ outcome: "passed" });
    expect(await run("def f():\n    return 'x' * (40 << 20)\n", "assert f()")).toMatchObject({
      outcome: "runtime_error",
      exceptionType: "ValueError",
    });
  });

  it("gives candidates the usual depth of recursion", async () => {
    const source = "def depth(n):\n    return n if n == 0 else depth(n - 1)\n";
    expect(await run(source, "assert depth(950) == 0")).toMatchObject({ outcome: "passed" });
    expect(await run(source, "depth(1100)")).toMatchObject({
      outcome: "runtime_error",
      exceptionType: "RecursionError",
    });
  });

  it("can be repeated: random numbers and the order of sets are the same in every process", async () => {
    const source =
      "import random\ndef draw():\n    return [random.random() for _ in range(3)] + list({'a', 'b', 'c', 'd'})\n";
    const test = "assert draw() == 0";
    const [one, other] = await Promise.all([run(source, `print(draw())\n${test}`), run(`${source}\n`, test)]);
    expect([one.outcome, other.outcome]).toEqual(["failed", "failed"]);
    const record = "import json, random\nvalue = json.dumps([random.random(), list({'a', 'b', 'c', 'd'})])\n";
    const seen = await Promise.all(
      Array.from({ length: 4 }, (_, n) => run(`${record}${"\n".repeat(n)}`, "raise Exception(value)")),
    );
    expect(new Set(seen.map(({ message }) => message)).size).toBe(1);
  });
});

describe("same-process mode", () => {
  it("marks its verdicts", async () => {
    const same = await openExecutor({ workers: 1, mode: "same-process" });
    try {
      const program = { language: "python", source: "def f():\n    return 1\n", test: "assert f() == 1" };
      expect(await same.execute(program, limits)).toMatchObject({ outcome: "passed", mode: "same-process" });
      const wrong = { ...program, test: "assert f() == 2" };
      expect(await same.execute(wrong, limits)).toMatchObject({ outcome: "failed", mode: "same-process" });
    } finally {
      await same.close();
    }
  });
});

describe("profiles", () => {
  it("are the preloadable modules that a program imports", () => {
    const profile = (source: string) => python.profileOf({ language: "python", source, test: "" });
    expect(profile("x = 'import pandas'\n# import torch\n")).toBe("");
    expect(profile("import os, numpy as np\n")).toBe("numpy");
    expect(profile("    from pandas.core import frame\n")).toBe("numpy,pandas");
    expect(profile("from torchdata.datapipes.iter import IterableWrapper\n")).toBe("torch,torchdata");
  });
});
