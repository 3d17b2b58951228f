/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.Footers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A flight recording tells what the result tells; without one nothing of the recorder is loaded. */
class FlightRecordingTest {
    private static final int FILES = 5;
    private static final int COLUMNS = 3;
    private static final int ROWS = 2_000;

    private static final Map<Move, String> FIELDS = Map.of(
            Move.COPIED, "copied",
            Move.PAGE_COPIED, "pageCopied",
            Move.SPLICED, "spliced",
            Move.GATHERED, "gathered");

    @TempDir
    Path root;

    private Folder folder;
    private MergeRequest request;

    @BeforeEach
    void writeInputs() throws IOException {
        folder = Folder.in(root);
        folder.big(FILES, COLUMNS, ROWS);
        request = MergeRequest.onKey("key")
                .spine(folder.file("spine.parquet"))
                .features(root.resolve("in"), "*.parquet")
                .writeTo(folder.output());
    }

    private interface Recorded {
        void run() throws IOException;
    }

    private List<RecordedEvent> events(Recorded recorded) throws IOException {
        Path file = root.resolve("test.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            recorded.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.marquetry."))
                .filter(event ->
                        event.getString("output").equals(request.output().toString()))
                .toList();
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.marquetry." + name))
                .toList();
    }

    private static Map<Move, Long> chunks(List<RecordedEvent> events) {
        Map<Move, Long> sum = new EnumMap<>(Move.class);
        for (RecordedEvent event : events) {
            FIELDS.forEach((move, field) -> sum.merge(move, event.getLong(field), Long::sum));
        }
        sum.values().removeIf(count -> count == 0);
        return sum;
    }

    private static long sum(List<RecordedEvent> events, String field) {
        return events.stream().mapToLong(event -> event.getLong(field)).sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recording_hasEveryFileUnitAndSample_withTheFiguresOfTheResult(boolean elsewhere) throws IOException {
        ResourceLimits limits = ResourceLimits.builder().threads(2).build();
        MergeStrategy strategy =
                elsewhere ? new JoinedElsewhere(limits, new DuckJoin(2, 700, "o")) : LocalArrowStrategy.within(limits);
        MergeResult[] made = new MergeResult[1];
        List<RecordedEvent> events = events(() -> made[0] = strategy.merge(request));
        MergeResult result = made[0];

        List<RecordedEvent> files = of(events, "File");
        assertThat(files).hasSize(FILES + 1);
        for (int f = 0; f <= FILES; f++) {
            FileMoves moves = result.fileMoves().get(f);
            RecordedEvent event = files.get(f);
            assertThat(event.getString("file")).isEqualTo(moves.file());
            assertThat(event.getLong("bytes")).isEqualTo(moves.bytes()).isEqualTo(storedBytes(moves.file()));
            assertThat(chunks(List.of(event))).isEqualTo(moves.chunks());
            assertThat(event.getDuration("busy")).isEqualTo(moves.busy()).isPositive();
            if (f > 0) {
                FeatureMatch match = result.featureMatches().get(f - 1);
                assertThat(event.getString("kind")).isEqualTo(match.kind().name());
                assertThat(event.getLong("matched")).isEqualTo(match.matchedRows());
            }
        }

        List<RecordedEvent> units = of(events, "Move");
        assertThat(chunks(units)).isEqualTo(chunks(files)).isEqualTo(result.chunks());
        assertThat(sum(units, "bytes")).isEqualTo(storedBytes(folder.output()));
        long unitsBusy = units.stream()
                .map(event -> event.getDuration("busy"))
                .mapToLong(Duration::toNanos)
                .sum();
        assertThat(unitsBusy)
                .isEqualTo(result.fileMoves().stream()
                        .mapToLong(file -> file.busy().toNanos())
                        .sum());
        assertThat(units)
                .allSatisfy(event -> assertThat(event.getDuration().plusMillis(1))
                        .isGreaterThanOrEqualTo(event.getDuration("busy")));

        List<RecordedEvent> samples = of(events, "Sample");
        assertThat(samples).hasSizeGreaterThanOrEqualTo(2);
        for (RecordedEvent sample : samples) {
            assertThat(sample.getLong("memory")).isBetween(0L, sample.getLong("memoryLimit"));
            assertThat(sample.getLong("heap")).isPositive();
            assertThat(sample.getLong("freeDisk")).isPositive();
        }
        assertThat(samples.get(0).getLong("moved")).isZero();
        assertThat(samples.get(samples.size() - 1).getString("phase")).isEqualTo("VERIFY");
        if (!elsewhere) {
            assertThat(of(events, "Align"))
                    .extracting(event -> event.getString("file"))
                    .containsExactlyInAnyOrderElementsOf(result.featureMatches().stream()
                            .map(FeatureMatch::file)
                            .toList());
            assertThat(samples.get(samples.size() - 1).getLong("moved")).isEqualTo(sum(files, "bytes"));
        }
    }

    @Test
    void recording_hasEveryAttemptOfAPolicy_once() throws IOException {
        MergeStrategy tooSmall = LocalArrowStrategy.within(
                ResourceLimits.builder().maxMemory(MemorySize.bytes(1)).build());
        MergeStrategy roomy = LocalArrowStrategy.within(ResourceLimits.defaults());
        MergePolicy nested = MergePolicy.startingWith(MergePolicy.of(tooSmall, tooSmall))
                .fallbackTo(MergePolicy.of(roomy))
                .withoutEstimating()
                .build();
        MergeResult[] made = new MergeResult[1];
        List<RecordedEvent> events = events(() -> made[0] = nested.merge(request));
        List<RecordedEvent> attempts = of(events, "Attempt");
        assertThat(attempts)
                .extracting(event -> event.getString("outcome"))
                .containsExactly("SKIPPED", "SKIPPED", "SUCCEEDED");
        assertThat(attempts.get(0).getString("detail")).contains("memory");
        assertThat(attempts)
                .extracting(event -> event.getString("strategy") + " " + event.getString("outcome"))
                .containsExactlyElementsOf(made[0].attempts().stream()
                        .map(attempt -> attempt.strategy() + " " + attempt.outcome())
                        .toList());
    }

    @Test
    void mergeThatFails_recordsItsLastSample_andNoFile() throws IOException {
        MergeStrategy strategy = LocalArrowStrategy.within(
                ResourceLimits.builder().maxMemory(MemorySize.bytes(1)).build());
        List<RecordedEvent> events = events(() ->
                assertThat(catchThrowable(() -> strategy.merge(request))).isInstanceOf(LimitBreachException.class));
        assertThat(of(events, "Sample")).hasSizeGreaterThanOrEqualTo(2);
        assertThat(of(events, "File")).isEmpty();
    }

    @Test
    void withoutARecording_noEventIsLoaded() throws Exception {
        Path loaded = root.resolve("loaded.txt");
        Path errors = root.resolve("stderr.txt");
        Process child = ChildJvm.merge(root.resolve("in"), folder.output(), errors, "-Xlog:class+load:file=" + loaded);
        child.getInputStream().readAllBytes();
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(Files.readString(errors)).isZero();
        assertThat(Files.readString(loaded))
                .contains("dev.marquetry.local.internal.write.UnitWorker ", "jdk.jfr.FlightRecorder ")
                .doesNotContain("jdk.jfr.Event ", "dev.marquetry.local.internal.jfr.", "jdk.jfr.internal.");
    }

    private long storedBytes(String name) throws IOException {
        return storedBytes(folder.file(name));
    }

    private static long storedBytes(Path file) throws IOException {
        return Footers.of(Files.readAllBytes(file)).getRow_groups().stream()
                .flatMap(group -> group.getColumns().stream())
                .mapToLong(chunk -> chunk.getMeta_data().getTotal_compressed_size())
                .sum();
    }
}
