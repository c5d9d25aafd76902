import { describe, expect, it } from 'vitest';
import { describeTree } from '../../support/manifest-tree.js';

describe('Cargo.toml', () => {
  it('inherits from its workspace, renames, and is locked', async () => {
    expect(
      await describeTree({
        'Cargo.toml': `
[workspace]
members = ["crates/*"]
exclude = ["crates/alone"]
[workspace.package]
version = "0.9.0"
[workspace.dependencies]
serde = { version = "1.0", features = ["derive"] }
core-kit = { path = "crates/core-kit", version = "0.9" }
`,
        'crates/core-kit/Cargo.toml': `
[package]
name = "core-kit"
version.workspace = true
[lib]
name = "kit"
path = "lib/root.rs"
[dependencies]
serde.workspace = true
old_rand = { package = "rand", version = "0.7" }
rand = "0.8"
maybe = { version = "1", optional = true }
[dev-dependencies]
core-kit = { path = "." }
[target.'cfg(unix)'.dependencies]
libc = "0.2"
[build-dependencies]
cc = "1"
`,
        'crates/app/Cargo.toml': `
[package]
name = "app"
version = "2.0.0"
[dependencies]
core-kit = { workspace = true }
absent = { workspace = true }
wrong = { path = "../../../.." }
other = { path = "../nothing" }
[[bin]]
name = "tool"
path = "src/tool.rs"
`,
        'crates/alone/Cargo.toml': '[package]\nname = "alone"\nversion.workspace = true\n',
        'Cargo.lock': `
version = 4
[[package]]
name = "core-kit"
version = "0.9.0"
dependencies = ["rand 0.7.3", "rand 0.8.5", "serde"]
[[package]]
name = "rand"
version = "0.7.3"
[[package]]
name = "rand"
version = "0.8.5"
[[package]]
name = "serde"
version = "1.0.200"
`,
        'crates/core-kit/lib/root.rs': '',
        'crates/app/src/main.rs': '',
        'crates/app/src/tool.rs': '',
        'crates/app/src/bin/extra.rs': '',
        'crates/app/src/bin/big/main.rs': '',
        'crates/alone/src/lib.rs': '',
      }),
    ).toMatchInlineSnapshot(`
      "cargo alone@? in 'crates/alone' (crates/alone/Cargo.toml)
        module alone -> crates/alone/src/lib.rs
      cargo app@2.0.0 in 'crates/app' (crates/app/Cargo.toml)
        binary app -> crates/app/src/main.rs
        binary big -> crates/app/src/bin/big/main.rs
        binary extra -> crates/app/src/bin/extra.rs
        binary tool -> crates/app/src/tool.rs
        normal absent
        normal core-kit range 0.9 locked 0.9.0 at 'crates/core-kit'
        normal other
        normal wrong
      cargo core-kit@0.9.0 in 'crates/core-kit' (crates/core-kit/Cargo.toml)
        module kit -> crates/core-kit/lib/root.rs
        build cc range 1
        development core-kit locked 0.9.0 at 'crates/core-kit'
        normal libc range 0.2
        optional maybe range 1
        normal rand range 0.8 locked 0.8.5
        normal rand as old_rand range 0.7 locked 0.7.3
        normal serde range 1.0 locked 1.0.200
      warning crates/app/Cargo.toml:? The workspace has no dependency 'absent' to inherit.
      warning crates/app/Cargo.toml:8 '../../../..' leads out of the project and is not followed.
      warning crates/app/Cargo.toml:9 There is no package 'other' at '../nothing'."
    `);
  });
});

describe('go.mod and go.work', () => {
  it('are read with blocks, indirect ones and replacements', async () => {
    expect(
      await describeTree({
        'go.mod': `module example.org/top/v2 // a comment

go 1.22
toolchain go1.22.1

require "example.org/quoted" v0.1.0
require (
	example.org/a v1.0.0
	example.org/b v1.1.0 // indirect
	example.org/fork v1.2.0
	example.org/near v0.0.0
	example.org/far v0.0.0
	example.org/pinned v1.0.0
)
replace example.org/fork => example.com/our-fork v1.2.1
replace (
	example.org/near => ./near
	example.org/far v0.0.0 => ../far
	example.org/pinned v9.9.9 => ./near
)
exclude example.org/a v0.9.0
retract [v1.0.0, v1.1.0]
nonsense here
`,
        'near/go.mod': 'module example.org/near\nrequire example.org/near v0.0.0\n',
      }),
    ).toMatchInlineSnapshot(`
      "go example.org/top/v2@? in '' (go.mod)
        module  -> 
        module /* -> *
        normal example.com/our-fork as example.org/fork range v1.2.0 locked v1.2.1
        normal example.org/a range v1.0.0 locked v1.0.0
        indirect example.org/b range v1.1.0 locked v1.1.0
        normal example.org/far range v0.0.0
        normal example.org/near range v0.0.0 at 'near'
        normal example.org/pinned range v1.0.0 locked v1.0.0
        normal example.org/quoted range v0.1.0 locked v0.1.0
      go example.org/near@? in 'near' (near/go.mod)
        module  -> near
        module /* -> near/*
        normal example.org/near range v0.0.0 locked v0.0.0 at 'near'
      warning go.mod:18 '../far' leads out of the project and is not followed.
      warning go.mod:23 The line is no 'nonsense' as go.mod has it."
    `);
  });

  it('a workspace uses its modules from their folders', async () => {
    expect(
      await describeTree({
        'go.work': 'go 1.22\nuse (\n\t./a\n\t./b\n\t./missing\n\t../outside\n)\nreplace example.org/x => ./b\n',
        'a/go.mod': 'module example.org/a\nrequire (\n\texample.org/b v1.0.0\n\texample.org/x v1.0.0\n)\n',
        'b/go.mod': 'module example.org/b\nrequire example.org/a v0.0.0\n',
        'c/go.mod': 'module example.org/c\nrequire example.org/a v0.0.0\n',
        'd/go.mod': 'go 1.20\nrequire (\n',
      }),
    ).toMatchInlineSnapshot(`
      "go example.org/a@? in 'a' (a/go.mod)
        module  -> a
        module /* -> a/*
        normal example.org/b range v1.0.0 locked v1.0.0 at 'b'
        normal example.org/x range v1.0.0 at 'b'
      go example.org/b@? in 'b' (b/go.mod)
        module  -> b
        module /* -> b/*
        normal example.org/a range v0.0.0 locked v0.0.0 at 'a'
      go example.org/c@? in 'c' (c/go.mod)
        module  -> c
        module /* -> c/*
        normal example.org/a range v0.0.0 locked v0.0.0
      warning d/go.mod:? The block of 'require' is not closed.
      warning d/go.mod:? The go.mod names no module.
      warning go.work:5 There is no module at './missing'.
      warning go.work:6 '../outside' leads out of the project and is not followed."
    `);
  });
});
