/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.spi.ColumnNaming.FileColumns;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnNamingTest {
    private static final FileColumns SPINE = new FileColumns("spine.parquet", List.of("ts", "close"));

    private static FileColumns file(String name, String... columns) {
        return new FileColumns(name, List.of(columns));
    }

    @Test
    void differentNames_areKeptUnderEitherRule() {
        for (NameClash rule : NameClash.values()) {
            ColumnNaming naming = ColumnNaming.of(SPINE, List.of(file("a.parquet", "x"), file("b.parquet")), rule);

            assertThat(naming.names()).containsExactly(List.of("ts", "close"), List.of("x"), List.of());
            assertThat(naming.problems()).isEmpty();
        }
    }

    @Test
    void reject_tellsEveryClashWithAllItsFiles() {
        ColumnNaming naming = ColumnNaming.of(
                SPINE,
                List.of(file("a.parquet", "close", "x"), file("b.parquet", "x"), file("c.parquet", "x", "alone")),
                NameClash.REJECT);

        assertThat(naming.problems()).hasSize(2);
        assertThat(naming.problems().get(0))
                .contains("'close'", "spine.parquet, a.parquet")
                .doesNotContain("b.parquet");
        assertThat(naming.problems().get(1)).contains("'x'", "a.parquet, b.parquet, c.parquet");
    }

    @Test
    void prefix_renamesFeaturesAndNotTheSpine() {
        ColumnNaming naming = ColumnNaming.of(
                SPINE, List.of(file("rsi.v2.parquet", "close", "r"), file("noext", "close")), NameClash.PREFIX);

        assertThat(naming.names())
                .containsExactly(List.of("ts", "close"), List.of("rsi.v2__close", "r"), List.of("noext__close"));
        assertThat(naming.problems()).isEmpty();
    }

    @Test
    void clashesThatPrefixesMake_areProblems() {
        ColumnNaming naming = ColumnNaming.of(
                file("spine.parquet", "close", "a__close"), List.of(file("a.parquet", "close")), NameClash.PREFIX);

        assertThat(naming.problems()).singleElement().asString().contains("'a__close'", "spine.parquet, a.parquet");
    }

    @Test
    void sameFileNameInTwoFolders_isAProblemEvenWithPrefixes() {
        ColumnNaming naming =
                ColumnNaming.of(SPINE, List.of(file("a.parquet", "x"), file("a.parquet", "x")), NameClash.PREFIX);

        assertThat(naming.problems()).singleElement().asString().contains("'a__x'");
    }

    @Test
    void nameTwiceInOneFile_isAProblem() {
        ColumnNaming naming = ColumnNaming.of(SPINE, List.of(file("a.parquet", "x", "x")), NameClash.REJECT);

        assertThat(naming.problems()).singleElement().asString().contains("'x'", "a.parquet");
    }

    @Test
    void namesThatDifferInCaseOnly_doNotClash() {
        assertThat(ColumnNaming.of(SPINE, List.of(file("a.parquet", "Close")), NameClash.REJECT)
                        .problems())
                .isEmpty();
    }
}
