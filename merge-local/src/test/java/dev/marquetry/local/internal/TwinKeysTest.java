/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key chunks that are the spine's byte for byte, or nearly, match as any others do. */
class TwinKeysTest {
    private static final int ROWS = 30_000;

    @TempDir
    Path root;

    private Path in;

    @BeforeEach
    void makeFolder() throws IOException {
        in = Files.createDirectory(root.resolve("in"));
    }

    @Test
    void sameBytes_areIdentical() {
        assertThat(match(spine(LongStream.range(0, ROWS)), feature(LongStream.range(0, ROWS))))
                .isEqualTo(identical());
    }

    @Test
    void sameKeysStoredOtherwise_areIdentical() {
        Fixture spine = spine(LongStream.range(0, ROWS));
        assertThat(match(spine, feature(LongStream.range(0, ROWS)).codec(CompressionCodecName.GZIP)))
                .isEqualTo(identical());
        assertThat(match(spine, feature(LongStream.range(0, ROWS)).rowGroupRows(7000)))
                .isEqualTo(identical());
    }

    @Test
    void sameLengthButAnotherLastKey_isNoTwin() {
        FeatureMatch match = match(
                spine(LongStream.range(0, ROWS)),
                feature(LongStream.range(0, ROWS).map(key -> key == ROWS - 1 ? key + 256 : key)));
        assertThat(match.kind()).isEqualTo(RowMapKind.ORDERED);
        assertThat(match.matchedRows()).isEqualTo(ROWS - 1);
        assertThat(match.extraRows()).isEqualTo(1);
    }

    @Test
    void twinOfASpineWithAKeyTwice_isStillRefused() {
        MergeRequest.Builder request = request(
                spine(LongStream.range(0, ROWS).map(key -> key / 2)),
                feature(LongStream.range(0, ROWS).map(key -> key / 2)));
        assertThatThrownBy(() -> match(request.onDuplicateSpineKey(SpineDuplicates.ALLOW)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[feature.parquet] Cannot merge on duplicate key ts=0 in rows 0 and 1");
    }

    private static FeatureMatch identical() {
        return new FeatureMatch("feature.parquet", RowMapKind.IDENTICAL, ROWS, ROWS, 0, 0, 0, 0);
    }

    private static Fixture spine(LongStream keys) {
        return plain("spine", "target", keys);
    }

    private static Fixture feature(LongStream keys) {
        return plain("feature", "value", keys);
    }

    private static Fixture plain(String name, String column, LongStream keys) {
        return Fixtures.table(name)
                .key("ts", keys)
                .column(column, DoubleStream.iterate(0, value -> value + 1).limit(ROWS))
                .noDictionary()
                .codec(CompressionCodecName.UNCOMPRESSED);
    }

    private MergeRequest.Builder request(Fixture spine, Fixture feature) {
        return MergeRequest.onKey("ts").spine(spine.writeTo(in)).features(feature.writeTo(in));
    }

    private FeatureMatch match(Fixture spine, Fixture feature) {
        return match(request(spine, feature));
    }

    private FeatureMatch match(MergeRequest.Builder request) {
        MergeRequest whole =
                request.onExistingOutput(MergeRequest.ExistingOutput.REPLACE).writeTo(root.resolve("wide.parquet"));
        return new LocalMerge(
                        "local-arrow",
                        whole,
                        ResourceLimits.builder().threads(2).build(),
                        MoveRule.FASTEST,
                        50,
                        ProgressListener.none(),
                        new RecentFooters())
                .run()
                .featureMatches()
                .get(0);
    }
}
