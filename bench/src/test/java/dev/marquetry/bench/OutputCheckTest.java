/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.bench.OutputCheck.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A right output is found right, and whatever is wrong with another is found. */
class OutputCheckTest {
    @TempDir
    Path folder;

    private Path pair;
    private Path output;
    private Path scratch;

    @BeforeEach
    void makeFolders() throws Exception {
        pair = Files.createDirectory(folder.resolve("pair"));
        output = folder.resolve("out.parquet");
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    private Verdict check(Inputs inputs, int maxColumns) {
        return new OutputCheck(inputs, maxColumns).check(output, scratch);
    }

    private void duckDb(Path to) throws Exception {
        DuckDbMerge.main(new String[] {pair.toString(), to.toString(), "snappy", "500MB", scratch.toString()});
    }

    @ParameterizedTest
    @EnumSource
    void duckDb_isRight(Pair.Shape shape) throws Exception {
        Inputs inputs = Pair.in(pair, shape);
        duckDb(output);
        assertThat(check(inputs, 100)).isEqualTo(new Verdict(true, "right, all 9 columns"));
        assertThat(check(inputs, 4)).isEqualTo(new Verdict(true, "right, 4 of 9 columns"));
    }

    @Test
    void rewriter_isRightWhereRowsAreAligned() throws Exception {
        Inputs inputs = Pair.in(pair, Pair.Shape.ALIGNED);
        RewriterMerge.main(new String[] {pair.toString(), output.toString(), scratch.toString()});
        assertThat(check(inputs, 100).isRight()).isTrue();
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void rewriterThatPairsByPosition_isFoundWrong() throws Exception {
        Inputs inputs = Pair.in(pair, Pair.Shape.SHUFFLED);
        RewriterMerge.main(new String[] {pair.toString(), output.toString(), scratch.toString()});
        Verdict verdict = check(inputs, 100);
        assertThat(verdict.isRight()).isFalse();
        assertThat(verdict.text()).startsWith("WRONG: ").endsWith("rows of column f1_c1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT * REPLACE (CASE WHEN t1 = 7.5 THEN f3_c1 + 1 ELSE f3_c1 END AS f3_c1) FROM w | 1 rows of column f3_c1
            SELECT * REPLACE (CASE WHEN t1 = 7 THEN NULL ELSE t2 END AS t2) FROM w            | 1 rows of column t2
            SELECT * REPLACE (coalesce(f2_c2, 0) AS f2_c2) FROM w                             | 157 rows of column f2_c2
            SELECT * FROM w ORDER BY hash(t1)                                                 | rows out of order
            SELECT * FROM w WHERE t1 <> 7                                                     | 499 rows, not 500
            SELECT * FROM w UNION ALL SELECT * FROM w                                         | 1,000 rows, not 500
            SELECT * EXCLUDE (f3_c2) FROM w                                                   | 8 columns, not 9
            SELECT * RENAME (f3_c2 AS f3_c3) FROM w                                           | column f3_c3 INTEGER, not f3_c2 INTEGER
            SELECT * REPLACE (f3_c2::BIGINT AS f3_c2) FROM w                                  | column f3_c2 BIGINT, not f3_c2 INTEGER
            """)
    void whatIsWrong_isTold(String query, String expected) throws Exception {
        Inputs inputs = Pair.in(pair, Pair.Shape.GAPPY);
        Path right = folder.resolve("right.parquet");
        duckDb(right);
        try (DuckDb duck = new DuckDb()) {
            duck.run("COPY (WITH w AS (SELECT * FROM read_parquet(" + DuckDb.quoted(right) + ")) " + query + ") TO "
                    + DuckDb.quoted(output) + " (FORMAT parquet)");
        }
        Verdict verdict = check(inputs, 100);
        assertThat(verdict.isRight()).isFalse();
        assertThat(verdict.text()).startsWith("WRONG: ").endsWith(expected);
    }

    @Test
    void outputThatIsNoParquet_isWrong() throws Exception {
        Inputs inputs = Pair.in(pair, Pair.Shape.ALIGNED);
        Files.writeString(output, "inputs, one behind the other");
        assertThat(check(inputs, 100).text()).startsWith("WRONG: can not be read");
    }
}
