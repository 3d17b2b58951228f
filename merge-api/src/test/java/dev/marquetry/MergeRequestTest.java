/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.MergeRequest.Codec;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.MergeRequest.SpineDuplicates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MergeRequestTest {
    @TempDir
    Path folder;

    private MergeRequest.Builder request() {
        return MergeRequest.onKey("ts").spine(folder.resolve("spine.parquet"));
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            Files.createFile(folder.resolve(name));
        }
    }

    private static List<String> names(MergeRequest request) {
        return request.featureFiles().stream().map(MergeRequest::fileName).toList();
    }

    @Test
    void defaults_refuseToLoseData() {
        MergeRequest request = request().writeTo(folder.resolve("wide.parquet"));

        assertThat(request.duplicateKeys()).isEqualTo(DuplicateKeys.REJECT);
        assertThat(request.spineDuplicates()).isEqualTo(SpineDuplicates.REJECT);
        assertThat(request.nameClash()).isEqualTo(NameClash.REJECT);
        assertThat(request.existingOutput()).isEqualTo(ExistingOutput.REJECT);
        assertThat(request.codec()).isEqualTo(Codec.AS_INPUT);
        assertThat(request.expectedFeatureFiles()).isEmpty();
        assertThat(request.featureFiles()).isEmpty();
    }

    @Test
    void folder_isListedByNameWithoutSpineOutputAndHiddenFiles() throws IOException {
        files(
                "spine.parquet",
                "wide.parquet",
                ".hidden.parquet",
                "b.parquet",
                "a10.parquet",
                "a9.parquet",
                "C.parquet",
                "x.csv");
        Files.createDirectory(folder.resolve("folder.parquet"));
        MergeRequest request = request().features(folder, "*.parquet").writeTo(folder.resolve("wide.parquet"));

        assertThat(names(request)).containsExactly("C.parquet", "a10.parquet", "a9.parquet", "b.parquet");
    }

    @Test
    void spineNamedByARoundaboutPath_isLeftOutToo() throws IOException {
        files("spine.parquet", "a.parquet");
        Path roundabout = folder.resolve("nowhere").resolve("..").resolve("spine.parquet");
        MergeRequest.Builder byPath = MergeRequest.onKey("ts").spine(roundabout).features(folder, "*");
        MergeRequest.Builder byUri =
                MergeRequest.onKey("ts").spine(roundabout.toUri()).features(folder, "*");

        assertThat(names(byPath.writeTo(folder.resolve("wide.parquet")))).containsExactly("a.parquet");
        assertThat(names(byUri.writeTo(folder.resolve("wide.parquet")))).containsExactly("a.parquet");
    }

    @Test
    void folder_isListedAnewOnEachCall() throws IOException {
        MergeRequest request = request().features(folder, "*.parquet").writeTo(folder.resolve("wide.parquet"));
        assertThat(names(request)).isEmpty();
        files("a.parquet");

        assertThat(names(request)).containsExactly("a.parquet");
    }

    @Test
    void lists_keepTheirOrderAmongFolders() throws IOException {
        files("b.parquet", "a.parquet");
        MergeRequest request = request()
                .features(Path.of("z.parquet"), Path.of("y.parquet"))
                .features(folder, "*.parquet")
                .featureUris(List.of(URI.create("gs://bucket/x.parquet")))
                .writeTo(folder.resolve("wide.parquet"));

        assertThat(names(request)).containsExactly("z.parquet", "y.parquet", "a.parquet", "b.parquet", "x.parquet");
    }

    @Test
    void fileNamedTwice_isRefusedByName() throws IOException {
        files("a.parquet");
        MergeRequest request = request()
                .features(folder, "*.parquet")
                .features(folder.resolve("a.parquet"))
                .writeTo(folder.resolve("wide.parquet"));

        assertThatThrownBy(request::featureFiles)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a.parquet");
    }

    @Test
    void missingFolder_isRefusedByName() {
        MergeRequest request = request().features(folder.resolve("gone"), "*").writeTo(folder.resolve("wide.parquet"));

        assertThatThrownBy(request::featureFiles)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void urisWithoutScheme_areRefused() {
        URI bare = URI.create("a.parquet");

        assertThatThrownBy(() -> MergeRequest.onKey("ts").spine(bare)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request().featureUris(List.of(bare))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request().writeTo(bare)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void senselessKeys_areRefusedNamingThem() {
        assertThatThrownBy(() -> MergeRequest.onKey("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MergeRequest.onKey("ts", "symbol", "ts"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[ts, symbol, ts]");
        assertThat(MergeRequest.onKey("a", "b").spine(folder).writeTo(folder).keys())
                .containsExactly("a", "b");
    }

    static Stream<List<UnaryOperator<MergeRequest.Builder>>> rules() {
        return Stream.of(
                List.of(it -> it.expectFeatureFiles(1), it -> it.expectFeatureFiles(2)),
                List.of(it -> it.onDuplicateKey(DuplicateKeys.FIRST), it -> it.onDuplicateKey(DuplicateKeys.LAST)),
                List.of(
                        it -> it.onDuplicateSpineKey(SpineDuplicates.ALLOW),
                        it -> it.onDuplicateSpineKey(SpineDuplicates.REJECT)),
                List.of(it -> it.onNameClash(NameClash.PREFIX), it -> it.onNameClash(NameClash.REJECT)),
                List.of(
                        it -> it.onExistingOutput(ExistingOutput.REPLACE),
                        it -> it.onExistingOutput(ExistingOutput.REJECT)),
                List.of(it -> it.codec(Codec.ZSTD), it -> it.codec(Codec.SNAPPY)));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void secondValueOfARule_isRefusedAndTheSameOneIsNot(List<UnaryOperator<MergeRequest.Builder>> rule) {
        MergeRequest.Builder builder = rule.get(0).apply(rule.get(0).apply(request()));

        assertThatThrownBy(() -> rule.get(1).apply(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already");
    }

    @Test
    void negativeCount_isRefused() {
        assertThatThrownBy(() -> request().expectFeatureFiles(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void requestBuiltEarlier_doesNotChangeWithItsBuilder() {
        MergeRequest.Builder builder = request().features(Path.of("a.parquet"));
        MergeRequest request = builder.writeTo(folder.resolve("wide.parquet"));
        builder.features(Path.of("b.parquet"));

        assertThat(names(request)).containsExactly("a.parquet");
    }

    static Stream<UnaryOperator<MergeRequest.Builder>> whatCounts() {
        return Stream.of(
                it -> it.onDuplicateKey(DuplicateKeys.FIRST),
                it -> it.onDuplicateSpineKey(SpineDuplicates.ALLOW),
                it -> it.onNameClash(NameClash.PREFIX),
                it -> it.codec(Codec.ZSTD),
                it -> it.features(Path.of("b.parquet")));
    }

    private static String fingerprint(MergeRequest.Builder builder) {
        MergeRequest request = builder.writeTo(Path.of("wide.parquet"));
        return request.fingerprint(request.featureFiles());
    }

    @ParameterizedTest
    @MethodSource("whatCounts")
    void fingerprint_changesWithWhatDecidesTheContent(UnaryOperator<MergeRequest.Builder> change) {
        assertThat(fingerprint(change.apply(request().features(Path.of("a.parquet")))))
                .isNotEqualTo(fingerprint(request().features(Path.of("a.parquet"))))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void fingerprint_dependsOnKeysSpineAndOrder() {
        Path a = Path.of("a.parquet");
        Path b = Path.of("b.parquet");

        assertThat(Stream.of(
                                MergeRequest.onKey("ts").spine(a).features(b),
                                MergeRequest.onKey("ts2").spine(a).features(b),
                                MergeRequest.onKey("ts", "x").spine(a).features(b),
                                MergeRequest.onKey("x", "ts").spine(a).features(b),
                                MergeRequest.onKey("ts").spine(b).features(a),
                                MergeRequest.onKey("ts").spine(a).features(b, Path.of("c.parquet")),
                                MergeRequest.onKey("ts").spine(a).features(Path.of("c.parquet"), b))
                        .map(MergeRequestTest::fingerprint))
                .doesNotHaveDuplicates();
    }

    @Test
    void fingerprint_ignoresFoldersAndTheOutput() {
        String here = fingerprint(
                MergeRequest.onKey("ts").spine(Path.of("x/s.parquet")).features(Path.of("x/a.parquet")));
        MergeRequest elsewhere = MergeRequest.onKey("ts")
                .spine(URI.create("gs://bucket/s.parquet"))
                .featureUris(List.of(URI.create("gs://bucket/y/a.parquet")))
                .expectFeatureFiles(1)
                .onExistingOutput(ExistingOutput.REPLACE)
                .writeTo(folder.resolve("other.parquet"));

        assertThat(elsewhere.fingerprint(elsewhere.featureFiles())).isEqualTo(here);
    }

    @Test
    void text_namesSpineKeyAndOutput() {
        assertThat(request().writeTo(folder.resolve("wide.parquet")).toString())
                .contains("spine.parquet", "ts", "wide.parquet")
                .doesNotContain("\n");
    }
}
