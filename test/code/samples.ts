/** A small program of a language, and what is true of it. */
export interface Sample {
  readonly text: string;
  readonly broken: string;
  /** Its comments, trimmed. */
  readonly comments: readonly string[];
  /** Texts that look like comments and are none. */
  readonly notComments: readonly string[];
  readonly functions: number;
  readonly tests: number;
  readonly used: readonly string[];
  readonly unused: readonly string[];
}

const javascript: Sample = {
  text: `#!/usr/bin/env node
// one
import fs, { join as j } from "lib-a/path"; /* two */
import * as unused from "lib-b";
import "lib-c";
const { pick } = require("@scope/lib-d/part");
const lazy = require("lib-e");
const url = "http://x//y"; // three
const pattern = /\\/\\*/;
export function go(a, /* four */ b) {
  return pick(a) + b \`/* no */\`;
}
class Box {
  open() { return j; }
}
describe("box", () => {
  it("opens", async () => { go(1, 2); });
  test.each("closes", function () {});
});
require("lib-f").run();
`,
  broken: "function go( { return 1;",
  comments: ["// one", "/* two */", "// three", "/* four */"],
  notComments: ['"http://x//y"', "`/* no */`", "/\\/\\*/"],
  functions: 5,
  tests: 2,
  used: ["lib-a", "@scope/lib-d", "lib-f"],
  unused: ["lib-b", "lib-c", "lib-e", "lib"],
};

const c: Sample = {
  text: `/* one
 * two */
#include <zlib.h>
#include "boost/any.h"
#define TWICE(x) ((x) * 2)
static const char *url = "http://x /* no */"; // three
int add(int a, int b) {
  return a /* four */ + b;
}
void test_add(void) {
  if (add(1, 2) != 3) return;
}
`,
  broken: "int add(int a { return a; }",
  comments: ["/* one\n * two */", "// three", "/* four */"],
  notComments: ["http://x /* no */"],
  functions: 2,
  tests: 1,
  used: ["zlib", "boost"],
  unused: ["curl", "zli"],
};

export const samples: Readonly<Record<string, Sample>> = {
  javascript,
  c,
  typescript: {
    ...javascript,
    text: `${javascript.text.replace("a, /* four */ b", "a: number, /* four */ b: any")}import { type T } from "lib-g";\nexport type U = T | null;\n`,
    used: [...javascript.used, "lib-g"],
  },
  python: {
    text: `#!/usr/bin/env python3
# one
"""A docstring is no comment.  # not this"""
import os, numpy.linalg as la
import pandas as pd  # two
import yaml.nodes
from torch import nn as layers, optim
from attr import *
from . import local
import requests

url = "http://x#y"


def go(requests_count, yaml=None):
    '''# nor this'''
    frame = pd.DataFrame(f"#{la}")
    return frame.requests(requests=1), layers


class TestGo:
    def test_go(self):
        # three
        assert go(1)

    async def testLater(self):
        return lambda: yaml.nodes
`,
    broken: "def go(:\n    return 1\n",
    comments: ["#!/usr/bin/env python3", "# one", "# two", "# three"],
    notComments: ["# not this", "# nor this", "http://x#y", "#{la}"],
    functions: 3,
    tests: 2,
    used: ["numpy", "pandas", "yaml", "torch", "attr"],
    unused: ["os", "requests", "pandas_extra", "local", "num"],
  },
  cpp: {
    ...c,
    text: c.text
      .replace("void test_add(void) {", "namespace n { template <class T> T id(T x) { return x; } }\nTEST(Add, Adds) {")
      .replace("/* no */", "//no"),
    notComments: ["http://x //no"],
    functions: 3,
  },
  java: {
    text: `// one
package a.b;
import com.google.common.collect.Lists;
import com.acme.unused.Thing;
import static org.lib.Tools.run;
import javax.wild.*;

/** two */
class Box {
  String url = "http://x /* no */";
  Box() { run(); }
  int add(int a, int b) { return a + /* three */ b; }
  @Test
  void adds() { Lists.of(1); }
  public void testMore() {}
}
`,
    broken: "class Box { int add( { } }",
    comments: ["// one", "/** two */", "/* three */"],
    notComments: ["http://x /* no */"],
    functions: 4,
    tests: 2,
    used: ["com.google.common", "org.lib", "javax.wild"],
    unused: ["com.acme", "com.goo"],
  },
  go: {
    text: `// one
package main

import (
	"fmt"
	yaml "gopkg.in/yaml.v3"
	"github.com/go-redis/redis/v9"
	_ "github.com/lib/pq"
	"github.com/unused/thing"
)

var url = "http://x /* no */" // two
var raw = \`// no\`

func Add(a, b int) int { return a + b }

func (b *Box) Do() { fmt.Println(func() int { return 1 }()) }

func TestAdd(t *testing.T) {
	yaml.Unmarshal(nil, redis.New())
}
`,
    broken: "package main\nfunc Add(a, b int { return a }\n",
    comments: ["// one", "// two"],
    notComments: ["http://x /* no */", "`// no`"],
    functions: 4,
    tests: 1,
    used: ["fmt", "gopkg.in/yaml.v3", "github.com/go-redis/redis"],
    unused: ["github.com/lib/pq", "github.com/unused", "github.com/go-red"],
  },
  rust: {
    text: `//! one
use serde::{Deserialize as De, ser::Serialize};
use tokio::{self, sync};
use unused_crate::Thing;
use std::collections::*;

/* two /* nested */ */
const URL: &str = "http://x // no";
const RAW: &str = r#"/* no */"#;

#[derive(De)]
struct Box { a: u32 }

impl Box {
    fn open(&self) -> u32 { self.a } // three
}

fn go() { rand::random(); sync::Mutex::new(1); }

#[cfg(test)]
mod tests {
    #[test]
    fn opens() {}

    #[tokio::test]
    #[ignore]
    async fn later() {}
}
`,
    broken: "fn go( -> u32 { 1 }",
    comments: ["//! one", "/* two /* nested */ */", "// three"],
    notComments: ["http://x // no", '"/* no */"'],
    functions: 4,
    tests: 2,
    used: ["serde", "tokio", "std", "rand"],
    unused: ["unused_crate", "ser", "tok"],
  },
};
