// Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0
// Merges with Polars: FOLDER OUTPUT KEY CODEC. Without arguments it only loads the library.
const fs = require("node:fs");
const path = require("node:path");
const pl = require("nodejs-polars");

async function merge(folder, output, key, compression) {
  const features = fs.readdirSync(folder).filter((name) => /^feat_.*\.parquet$/.test(name)).sort();
  let wide = pl.scanParquet(path.join(folder, "targets.parquet"));
  for (const name of features) {
    const file = pl.scanParquet(path.join(folder, name));
    wide = wide.join(file, { on: key, how: "left", maintainOrder: "left" });
  }
  await wide.sinkParquet(output, { compression }).collect({ streaming: true });
}

if (process.argv.length > 2) {
  merge(...process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
