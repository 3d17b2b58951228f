/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.Attempt.Outcome;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What all claims of the contract share: folders, a merge that is looked after, and waivers. */
@Timeout(120)
abstract class Claims {
    private final MergeStrategyContract contract;

    @TempDir
    Path folder;

    /** Where inputs are. */
    Path in;

    /** Where the output goes unless a test says otherwise. */
    Path output;

    Claims(MergeStrategyContract contract) {
        this.contract = contract;
    }

    @BeforeEach
    void createFolders() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
        output = Files.createDirectory(folder.resolve("out")).resolve("wide.parquet");
    }

    final MergeStrategy strategy() {
        return strategy(ResourceLimits.defaults());
    }

    final MergeStrategy strategy(ResourceLimits limits) {
        return contract.create(limits);
    }

    /** Makes {@code claim}, or holds the waiver of {@code capability} against it. */
    final void needs(Capability capability, Executable claim) throws Throwable {
        Waiver.hold(capability, contract.waived(), claim);
    }

    static MergeRequest.Builder onTs(Path spine, Path... features) {
        return MergeRequest.onKey("ts").spine(spine).features(features);
    }

    /** Merges on {@code ts} and reads the output. */
    final Table merge(Path spine, Path... features) throws IOException {
        return merge(onTs(spine, features).writeTo(output));
    }

    final Table merge(MergeRequest request) throws IOException {
        return merge(strategy(), request, ProgressListener.none());
    }

    final Table merge(MergeStrategy strategy, MergeRequest request, ProgressListener progress) throws IOException {
        mergeForResult(strategy, request, progress);
        return Tables.read(Path.of(request.output())).checkMetadata();
    }

    /** Merges, checking that only the output is new and that the result tells the truth about it. */
    final MergeResult mergeForResult(MergeStrategy strategy, MergeRequest request, ProgressListener progress)
            throws IOException {
        Path published = Path.of(request.output());
        Map<String, String> before = contents();
        MergeResult result = strategy.merge(request, progress);
        Map<String, String> after = contents();
        before.remove(folder.relativize(published).toString());
        assertThat(after.remove(folder.relativize(published).toString()))
                .as("output")
                .isNotNull();
        assertThat(after).as("files beside the output").isEqualTo(before);

        Table table = Tables.read(published);
        assertThat(result.output()).isEqualTo(request.output());
        assertThat(result.rows()).as("rows in the result").isEqualTo(table.rows());
        assertThat(result.columns())
                .as("columns in the result")
                .isEqualTo(table.columns().size());
        assertThat(result.outputBytes()).as("output bytes in the result").isEqualTo(Files.size(published));
        assertThat(result.attempts()).last().satisfies(last -> {
            assertThat(last.outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(last.strategy()).isEqualTo(result.strategy());
        });
        return result;
    }

    /** Checks that a merge on {@code ts} is refused for its inputs, and returns what the refusal says. */
    final AbstractStringAssert<?> assertRefused(Path spine, Path... features) throws IOException {
        return assertRefused(onTs(spine, features).writeTo(output));
    }

    /** Checks that a merge is refused for its inputs, and returns what the refusal says, without the folders' names. */
    final AbstractStringAssert<?> assertRefused(MergeRequest request) throws IOException {
        InvalidInputException refusal = failure(InvalidInputException.class, strategy(), request);
        assertThat(refusal.problems()).as("problems").isNotEmpty();
        return assertThat(withoutFolders(String.valueOf(refusal.getMessage()))).as("message");
    }

    /** Checks that a merge fails and changes no file, and returns its exception. */
    final <E extends MergeException> E failure(Class<E> kind, MergeStrategy strategy, MergeRequest request)
            throws IOException {
        return failure(kind, () -> strategy.merge(request));
    }

    final <E extends MergeException> E failure(Class<E> kind, ThrowingCallable merge) throws IOException {
        Map<String, String> before = contents();
        Throwable thrown = catchThrowable(merge);
        assertThat(contents()).as("files after a failed merge").isEqualTo(before);
        assertThat(thrown).isInstanceOf(kind);
        return kind.cast(thrown);
    }

    /** Returns {@code text} without the names of test folders, whose digits could be taken for keys or rows. */
    final String withoutFolders(String text) {
        return text.replace(folder.toUri().getPath(), "").replace(folder.toString(), "");
    }

    /** Returns a fingerprint of every file in the test's folders, by relative path. */
    final Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                contents.put(
                        folder.relativize(file).toString(), Files.isDirectory(file) ? "folder" : fingerprint(file));
            }
        }
        return contents;
    }

    private static String fingerprint(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return bytes.length + " bytes, " + Files.getLastModifiedTime(file) + ", " + crc.getValue();
    }

    /** Returns a pattern that finds {@code word} standing alone. */
    static String alone(Object word) {
        return "(?s).*(?<![\\w.])" + Pattern.quote(String.valueOf(word)) + "(?!\\w).*";
    }

    static Path[] paths(List<Path> files) {
        return files.toArray(Path[]::new);
    }
}
