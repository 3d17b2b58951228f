/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What becomes of keys that stand in several rows of one file. */
abstract class DuplicateClaims extends Claims {
    DuplicateClaims(MergeStrategyContract contract) {
        super(contract);
    }

    private Path spine() {
        return Fixtures.table("spine").key("ts", 10, 20, 30, 40).writeTo(in);
    }

    @Test
    final void duplicateKey_isRefusedNamingFileKeyAndBothRows() throws IOException {
        Path spine =
                Fixtures.table("spine").key("ts", LongStream.range(100, 150)).writeTo(in);
        Path fine = Fixtures.table("fine")
                .key("ts", LongStream.range(100, 150))
                .column("x", new Double[50])
                .writeTo(in);
        long[] keys = LongStream.range(100, 150).toArray();
        keys[17] = 4242;
        keys[31] = 4242;
        Path feature = Fixtures.table("doubled")
                .key("ts", LongStream.of(keys))
                .column("a", new Double[50])
                .writeTo(in);

        assertRefused(spine, fine, feature)
                .contains("doubled.parquet")
                .doesNotContain("fine.parquet")
                .matches(alone(4242))
                .matches(alone(17))
                .matches(alone(31));
    }

    @Test
    final void adjacentDuplicatesInASortedFile_areRefused() throws IOException {
        Path feature = Fixtures.table("a")
                .key("ts", 10, 4242, 4242, 5000)
                .column("a", 1.0, 2.0, 3.0, 4.0)
                .writeTo(in);

        assertRefused(spine(), feature)
                .contains("a.parquet")
                .matches(alone(4242))
                .matches(alone(1))
                .matches(alone(2));
    }

    @Test
    final void firstAndLast_takeTheDuplicateAskedFor() throws IOException {
        Path feature = Fixtures.table("a")
                .key("ts", 40, 20, 99, 20, 40, 20, 99)
                .column("a", 4.1, 2.1, 9.1, 2.2, 4.2, null, 9.2)
                .writeTo(in);

        Table first =
                merge(onTs(spine(), feature).onDuplicateKey(DuplicateKeys.FIRST).writeTo(output));
        assertThat(first.values("a")).containsExactly(null, 2.1, null, 4.1);
        Table last = merge(onTs(spine(), feature)
                .onDuplicateKey(DuplicateKeys.LAST)
                .writeTo(output.resolveSibling("last.parquet")));
        assertThat(last.values("a")).containsExactly(null, null, null, 4.2);
        assertThat(last.rows()).isEqualTo(4);
    }

    @Test
    final void firstAndLast_workOnSortedFilesToo() throws IOException {
        Path feature = Fixtures.table("a")
                .key("ts", 10, 10, 20, 30, 30, 30, 40)
                .column("a", 1.1, 1.2, 2.1, 3.1, 3.2, 3.3, 4.1)
                .writeTo(in);

        Table first =
                merge(onTs(spine(), feature).onDuplicateKey(DuplicateKeys.FIRST).writeTo(output));
        assertThat(first.values("a")).containsExactly(1.1, 2.1, 3.1, 4.1);
        Table last = merge(onTs(spine(), feature)
                .onDuplicateKey(DuplicateKeys.LAST)
                .writeTo(output.resolveSibling("last.parquet")));
        assertThat(last.values("a")).containsExactly(1.2, 2.1, 3.3, 4.1);
    }

    @Test
    final void leftOutDuplicates_areCounted() throws Throwable {
        needs(Capability.FEATURE_MATCHES, () -> {
            Path feature = Fixtures.table("a")
                    .key("ts", 10, 20, 20, 20, 30, 40)
                    .column("a", new Double[6])
                    .writeTo(in);
            MergeRequest request =
                    onTs(spine(), feature).onDuplicateKey(DuplicateKeys.FIRST).writeTo(output);

            assertThat(mergeForResult(strategy(), request, ProgressListener.none())
                            .featureMatches())
                    .containsExactly(new FeatureMatch("a.parquet", RowMapKind.ORDERED, 6, 4, 0, 0, 0, 2));
        });
    }

    @Test
    final void duplicateSpineKey_isRefusedNamingKeyAndBothRows() throws IOException {
        long[] keys = LongStream.range(100, 150).toArray();
        keys[17] = 4242;
        keys[31] = 4242;
        Path spine = Fixtures.table("targets").key("ts", LongStream.of(keys)).writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", LongStream.range(100, 150))
                .column("a", new Double[50])
                .writeTo(in);

        assertRefused(spine, feature)
                .contains("targets.parquet")
                .matches(alone(4242))
                .matches(alone(17))
                .matches(alone(31));
    }

    @Test
    final void duplicateSpineKeys_getTheSameFeaturesWhereAllowed() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 20, 10, 20, 20, 30)
                .column("y", 1.0, 2.0, 3.0, 4.0, 5.0)
                .writeTo(in);
        Path feature =
                Fixtures.table("a").key("ts", 10, 20).column("a", 0.1, 0.2).writeTo(in);
        Path same = Fixtures.table("b")
                .key("ts", 20, 10, 30)
                .column("b", 1.2, 1.1, 1.3)
                .writeTo(in);
        Table wide = merge(onTs(spine, feature, same)
                .onDuplicateSpineKey(SpineDuplicates.ALLOW)
                .writeTo(output));

        assertThat(wide.values("y")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(wide.values("a")).containsExactly(0.2, 0.1, 0.2, 0.2, null);
        assertThat(wide.values("b")).containsExactly(1.2, 1.1, 1.2, 1.2, 1.3);
    }

    @Test
    final void sameDuplicatesInSpineAndFeature_doNotMultiplyRows() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 1, 1, 2)
                .column("y", 1.0, 2.0, 3.0)
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", 1, 1, 2)
                .column("a", 0.1, 0.2, 0.3)
                .writeTo(in);
        Table wide = merge(onTs(spine, feature)
                .onDuplicateSpineKey(SpineDuplicates.ALLOW)
                .onDuplicateKey(DuplicateKeys.LAST)
                .writeTo(output));

        assertThat(wide.values("ts")).containsExactly(1L, 1L, 2L);
        assertThat(wide.values("a")).containsExactly(0.2, 0.2, 0.3);
    }

    @Test
    final void allowingSpineDuplicates_stillRefusesThemInFeatures() throws IOException {
        Path feature =
                Fixtures.table("a").key("ts", 4242, 4242).column("a", 0.1, 0.2).writeTo(in);

        assertRefused(onTs(spine(), feature)
                        .onDuplicateSpineKey(SpineDuplicates.ALLOW)
                        .writeTo(output))
                .contains("a.parquet")
                .matches(alone(4242));
    }
}
