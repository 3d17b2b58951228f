/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A small spine and three feature files, made by DuckDB. */
final class Pair {
    /** How the feature files' rows lie against the spine's. */
    enum Shape {
        ALIGNED(""),
        GAPPY(" WHERE i % 7 <> 0"),
        SHUFFLED(" ORDER BY hash(i)");

        private final String sql;

        Shape(String sql) {
            this.sql = sql;
        }
    }

    static final int ROWS = 500;

    private Pair() {}

    static Inputs in(Path folder, Shape shape) throws SQLException, IOException {
        try (DuckDb duck = new DuckDb()) {
            write(duck, folder.resolve("targets.parquet"), "i * 0.5 AS t1, 't' || i AS t2", "");
            for (int f = 1; f <= 3; f++) {
                String columns =
                        "i + " + f + "e-3 AS f" + f + "_c1, CASE WHEN i % 5 > 0 THEN i::INT END AS f" + f + "_c2";
                write(duck, folder.resolve("feat_000" + f + ".parquet"), columns, shape.sql);
            }
        }
        return Inputs.in(folder);
    }

    private static void write(DuckDb duck, Path file, String columns, String rest) throws SQLException {
        duck.run("COPY (SELECT make_timestamptz(1700000000000000 + i * 60000000) AS " + Inputs.KEY + ", " + columns
                + " FROM range(" + ROWS + ") r(i)" + rest + ") TO " + DuckDb.quoted(file) + " (FORMAT parquet)");
    }
}
