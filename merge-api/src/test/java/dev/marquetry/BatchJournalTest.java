/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.BatchResult.Item;
import dev.marquetry.BatchResult.Outcome;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchJournalTest {
    @TempDir
    Path root;

    private final Joining strategy = new Joining();

    /** Publishes the contents of all inputs, one after the other; a file called {@code broken} is bad input. */
    private static class Joining implements MergeStrategy {
        private final List<String> merged = new ArrayList<>();

        @Override
        public String name() {
            return "joining";
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return CostEstimate.by(name()).build();
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            merged.add(MergeRequest.fileName(request.output()));
            Path output = Path.of(request.output());
            StringBuilder all = new StringBuilder();
            try {
                all.append(Files.readString(Path.of(request.spine())));
                for (var feature : request.featureFiles()) {
                    if (MergeRequest.fileName(feature).startsWith("broken")) {
                        throw new InvalidInputException("[" + feature + "] Cannot read");
                    }
                    all.append(Files.readString(Path.of(feature)));
                }
                if (request.existingOutput() == ExistingOutput.REPLACE) {
                    Path scratch = Files.writeString(output.resolveSibling("scratch"), all);
                    Files.move(scratch, output, StandardCopyOption.REPLACE_EXISTING);
                } else {
                    Files.writeString(output, all, StandardOpenOption.CREATE_NEW);
                }
                return MergeResult.of(name(), request.output())
                        .shape(7, 8)
                        .bytes(9, Files.size(output))
                        .peakMemoryBytes(10)
                        .build();
            } catch (FileAlreadyExistsException e) {
                throw new InvalidInputException("[" + output + "] Cannot write the output: it is there already", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void writeInputs() throws IOException {
        Files.createDirectories(root.resolve("out"));
        for (String name : List.of("a", "b", "c")) {
            Path folder = Files.createDirectories(root.resolve(name));
            Files.writeString(folder.resolve("spine.parquet"), "spine of " + name);
            Files.writeString(folder.resolve("f1.parquet"), " and f1");
        }
    }

    private Path journal() {
        return root.resolve("out").resolve("pairs.journal");
    }

    private Path output(String name) {
        return root.resolve("out").resolve(name + ".parquet");
    }

    private MergeRequest request(String name) {
        return MergeRequest.onKey("ts")
                .spine(root.resolve(name).resolve("spine.parquet"))
                .features(root.resolve(name), "*.parquet")
                .writeTo(output(name));
    }

    private BatchMerge.Builder batch(MergeStrategy merger) {
        BatchMerge.Builder batch = BatchMerge.by(merger).journal(journal());
        List.of("a", "b", "c").forEach(name -> batch.merge(name, request(name)));
        return batch;
    }

    private List<String> mergedBy(BatchMerge batch) {
        strategy.merged.clear();
        BatchResult result = batch.run();
        assertThat(result.items()).allMatch(Item::isDone, "is done");
        return List.copyOf(strategy.merged);
    }

    private List<String> mergedAgain() {
        return mergedBy(batch(strategy).build());
    }

    @Test
    void secondRun_skipsWhatIsDone_andTellsWhatTheJournalHas() throws IOException {
        assertThat(mergedAgain()).hasSize(3);
        BatchResult second = batch(strategy).canary("b").build().run();

        assertThat(second.items()).extracting(Item::outcome).containsOnly(Outcome.SKIPPED);
        assertThat(second.allDone()).isTrue();
        Item item = second.item("b");
        assertThat(item.rows()).isEqualTo(7);
        assertThat(item.columns()).isEqualTo(8);
        assertThat(item.outputBytes()).isEqualTo(Files.size(output("b")));
        assertThat(item.peakMemoryBytes()).hasValue(10);
        assertThat(item.strategy()).contains("joining");
        assertThat(item.attempts()).isEmpty();
    }

    @Test
    void canaryThatPassed_isNotCheckedAgain_unlessItsOutputIsAnother() throws IOException {
        List<String> checked = new ArrayList<>();
        OutputCheck check = (request, result) -> checked.add(MergeRequest.fileName(request.output()));
        assertThat(batch(strategy).canary("b", check).build().run().allDone()).isTrue();
        assertThat(Files.readAllLines(journal()).get(3)).contains("\"event\":\"validated\"", "\"name\":\"b\"");
        assertThat(batch(strategy).canary("b", check).build().run().count(Outcome.SKIPPED))
                .isEqualTo(3);
        assertThat(checked).hasSize(1);

        Files.writeString(root.resolve("b").resolve("f1.parquet"), " and another f1");
        assertThat(mergedBy(batch(strategy).canary("b", check).build())).containsExactly("b.parquet");
        assertThat(checked).hasSize(2);
        assertThat(batch(strategy).canary("a", check).build().run().allDone()).isTrue();
        assertThat(checked).containsExactly("b.parquet", "b.parquet", "a.parquet");
    }

    @Test
    void canaryWhoseCheckWasNotReachedBeforeAKill_isCheckedByTheNextRun_thoughItIsDone() throws IOException {
        List<String> checked = new ArrayList<>();
        OutputCheck check = (request, result) -> checked.add(MergeRequest.fileName(request.output()));
        assertThat(batch(strategy).canary("b", check).build().run().allDone()).isTrue();
        List<String> lines = new ArrayList<>(Files.readAllLines(journal()));
        assertThat(lines.remove(3)).contains("validated");
        String half = "{\"event\":\"valid";
        Files.writeString(journal(), String.join("\n", lines) + "\n" + half);

        assertThat(mergedBy(batch(strategy).canary("b", check).build())).isEmpty();
        assertThat(checked).hasSize(2);
        assertThat(mergedBy(batch(strategy).canary("b", check).build())).isEmpty();
        assertThat(checked).hasSize(2);
    }

    @Test
    void canaryThatFailedItsCheck_isMergedAgain_overItsOwnOutput() {
        OutputCheck failing = (request, result) -> {
            throw new MergeFailedException("wrong values");
        };
        BatchResult first = batch(strategy).canary("b", failing).build().run();
        assertThat(first.item("b").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(first.count(Outcome.NOT_BEGUN)).isEqualTo(2);
        assertThat(output("b")).exists();

        assertThat(mergedBy(batch(strategy).canary("b", (request, result) -> {}).build()))
                .containsExactly("b.parquet", "a.parquet", "c.parquet");
    }

    @Test
    void checkThatCouldNotBeMade_leavesTheOutputDone_toBeCheckedByTheNextRun() {
        OutputCheck cancelled = (request, result) -> {
            throw new MergeCancelledException("interrupted");
        };
        assertThat(batch(strategy)
                        .canary("b", cancelled)
                        .build()
                        .run()
                        .item("b")
                        .outcome())
                .isEqualTo(Outcome.FAILED);
        List<String> checked = new ArrayList<>();
        assertThat(mergedBy(batch(strategy)
                        .canary("b", (request, result) -> checked.add("b"))
                        .build()))
                .containsExactly("a.parquet", "c.parquet");
        assertThat(checked).containsExactly("b");
    }

    /** Copies nothing, but tells what it was asked to copy. */
    private static final class Copying implements OutputBackup {
        private final List<String> copied = new ArrayList<>();
        private final String folder;
        private Map<String, RuntimeException> failures = Map.of();

        Copying(String folder) {
            this.folder = folder;
        }

        @Override
        public URI objectOf(MergeRequest request) {
            return URI.create("gs://bucket/" + folder + "/" + MergeRequest.fileName(request.output()));
        }

        @Override
        public Backup copy(MergeRequest request, MergeResult result) {
            String file = MergeRequest.fileName(request.output());
            copied.add(file);
            RuntimeException failure = failures.get(file);
            if (failure != null) {
                throw failure;
            }
            return new Backup(objectOf(request), 17, "AAAAAQ==", result.outputBytes(), true);
        }
    }

    @Test
    void outputs_areCopiedOnce_andAgainWhereTheyAreOthers_orGoElsewhere() throws IOException {
        Copying backup = new Copying("nightly");
        BatchResult first = batch(strategy).backup(backup).build().run();
        assertThat(first.allDone()).isTrue();
        assertThat(backup.copied).containsExactly("a.parquet", "b.parquet", "c.parquet");
        assertThat(first.item("a").backup())
                .contains(new Backup(
                        URI.create("gs://bucket/nightly/a.parquet"), 17, "AAAAAQ==", Files.size(output("a")), true));
        assertThat(Files.readAllLines(journal()).get(3))
                .contains("\"event\":\"backed up\"", "\"name\":\"a\"", "gs://bucket/nightly/a.parquet")
                .contains("\"generation\":17", "\"crc32c\":\"AAAAAQ==\"");

        backup.copied.clear();
        BatchResult second = batch(strategy).backup(backup).build().run();
        assertThat(second.allDone()).isTrue();
        assertThat(backup.copied).isEmpty();
        assertThat(second.item("a").backup().orElseThrow().copied()).isFalse();
        assertThat(second.item("a").backup().orElseThrow().generation()).isEqualTo(17);

        Files.writeString(root.resolve("b").resolve("f1.parquet"), " and another f1");
        assertThat(mergedBy(batch(strategy).backup(backup).build())).containsExactly("b.parquet");
        assertThat(backup.copied).containsExactly("b.parquet");

        Copying elsewhere = new Copying("elsewhere");
        assertThat(mergedBy(batch(strategy).backup(elsewhere).build())).isEmpty();
        assertThat(elsewhere.copied).containsExactly("a.parquet", "b.parquet", "c.parquet");
    }

    @Test
    void copyThatFails_leavesTheOutputDone_andTheNextRunCopiesWithoutMerging() {
        Copying backup = new Copying("nightly");
        backup.failures = Map.of("b.parquet", new StrategyUnavailableException("the bucket is away"));
        BatchResult first = batch(strategy)
                .backup(backup)
                .canary("b", (request, result) -> {})
                .build()
                .run();
        assertThat(first.items()).allMatch(Item::isDone);
        assertThat(first.allDone()).isFalse();
        Item item = first.item("b");
        assertThat(item.outcome()).isEqualTo(Outcome.DONE);
        assertThat(item.backup()).isEmpty();
        assertThat(item.backupFailure()).containsInstanceOf(StrategyUnavailableException.class);
        assertThat(item.detail()).contains("not backed up: the bucket is away");
        assertThat(first.toString()).contains("1 not backed up");
        assertThat(output("b")).exists();

        backup.copied.clear();
        BatchResult still = batch(strategy).backup(backup).build().run();
        assertThat(still.item("b").outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(still.allDone()).isFalse();
        backup.failures = Map.of();
        assertThat(mergedBy(batch(strategy).backup(backup).build())).isEmpty();
        assertThat(backup.copied).containsExactly("b.parquet", "b.parquet");
    }

    @Test
    void outputThatFailsItsCheck_isNotCopied() {
        Copying backup = new Copying("nightly");
        OutputCheck failing = (request, result) -> {
            throw new MergeFailedException("wrong values");
        };
        batch(strategy).backup(backup).canary("b", failing).build().run();
        assertThat(backup.copied).isEmpty();
    }

    @Test
    void copyOfAnOutputThatIsMergedAgain_isNoLongerItsCopy_ifThatMergeIsNotCopied() throws IOException {
        Copying backup = new Copying("nightly");
        assertThat(batch(strategy).backup(backup).build().run().allDone()).isTrue();
        Files.writeString(root.resolve("b").resolve("f1.parquet"), " and another f1");
        assertThat(mergedAgain()).containsExactly("b.parquet");
        backup.copied.clear();
        assertThat(mergedBy(batch(strategy).backup(backup).build())).isEmpty();
        assertThat(backup.copied).containsExactly("b.parquet");
    }

    @Test
    void checkAfterTheCopy_doesNotForgetTheCopy() {
        Copying backup = new Copying("nightly");
        assertThat(batch(strategy).backup(backup).build().run().allDone()).isTrue();
        backup.copied.clear();
        for (int run = 0; run < 2; run++) {
            assertThat(mergedBy(batch(strategy)
                            .backup(backup)
                            .canary("b", (request, result) -> {})
                            .build()))
                    .isEmpty();
        }
        assertThat(backup.copied).isEmpty();
    }

    @Test
    void journal_isReadableByPeople() throws IOException {
        mergedAgain();
        List<String> lines = Files.readAllLines(journal());
        assertThat(lines).hasSize(7);
        assertThat(lines.get(0))
                .startsWith("{\"event\":\"batch\",\"at\":\"20")
                .contains("\"version\":", "\"requests\":3");
        assertThat(lines.get(1))
                .contains("\"event\":\"begun\"", "\"name\":\"a\"", "\"files\":2", "\"request\":\"", "\"inputs\":\"");
        assertThat(lines.get(2))
                .contains(
                        "\"event\":\"done\"",
                        "\"rows\":7",
                        "\"columns\":8",
                        "\"strategy\":\"joining\"",
                        "\"footer\":\"");
    }

    @Test
    void changedInput_isMergedAgainOverTheBatchsOwnOutput() throws IOException {
        mergedAgain();
        Files.writeString(root.resolve("b").resolve("f1.parquet"), " and F1");
        assertThat(mergedAgain()).containsExactly("b.parquet");
        assertThat(output("b")).hasContent("spine of b and F1");
        assertThat(mergedAgain()).isEmpty();
    }

    @Test
    void touchedAddedAndRemovedInputs_areChanges() throws IOException {
        mergedAgain();
        Files.setLastModifiedTime(
                root.resolve("a").resolve("f1.parquet"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
        Files.writeString(root.resolve("b").resolve("f2.parquet"), " and f2");
        Files.delete(root.resolve("c").resolve("f1.parquet"));
        assertThat(mergedAgain()).containsExactly("a.parquet", "b.parquet", "c.parquet");
        assertThat(mergedAgain()).isEmpty();
    }

    @Test
    void anotherRule_isAChange() {
        mergedAgain();
        BatchMerge.Builder batch = BatchMerge.by(strategy).journal(journal());
        batch.merge(
                "a",
                MergeRequest.onKey("ts")
                        .spine(root.resolve("a").resolve("spine.parquet"))
                        .features(root.resolve("a"), "*.parquet")
                        .codec(MergeRequest.Codec.ZSTD)
                        .writeTo(output("a")));
        assertThat(mergedBy(batch.build())).containsExactly("a.parquet");
    }

    @Test
    void deletedOrAlteredOutput_isMadeAgain() throws IOException {
        mergedAgain();
        Files.delete(output("a"));
        Files.writeString(output("b"), "SPINE of b and f1");
        Files.writeString(output("c"), "longer than it was, by far");
        assertThat(mergedAgain()).containsExactly("a.parquet", "b.parquet", "c.parquet");
        assertThat(output("b")).hasContent("spine of b and f1");
    }

    @Test
    void outputOfSomebodyElse_isNotReplaced_norClaimed_unlessTheRequestSaysSo() throws IOException {
        Files.writeString(output("b"), "dear to somebody");
        for (int run = 0; run < 2; run++) {
            BatchResult result = batch(strategy).build().run();
            assertThat(result.item("b").outcome()).isEqualTo(Outcome.FAILED);
            assertThat(output("b")).hasContent("dear to somebody");
        }
        BatchMerge.Builder batch = BatchMerge.by(strategy).journal(journal());
        batch.merge(
                "b",
                MergeRequest.onKey("ts")
                        .spine(root.resolve("b").resolve("spine.parquet"))
                        .features(root.resolve("b"), "*.parquet")
                        .onExistingOutput(ExistingOutput.REPLACE)
                        .writeTo(output("b")));
        assertThat(mergedBy(batch.build())).containsExactly("b.parquet");
        assertThat(output("b")).hasContent("spine of b and f1");
    }

    @Test
    void outputThatAppearedWhileAMergeFailed_isNotClaimed() throws IOException {
        MergeStrategy failing = new Joining() {
            @Override
            public MergeResult merge(MergeRequest request, ProgressListener progress) {
                try {
                    Files.writeString(Path.of(request.output()), "of somebody else");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                throw new MergeFailedException("as scripted");
            }
        };
        batch(failing).build().run();
        BatchResult second = batch(strategy).build().run();
        assertThat(second.count(Outcome.FAILED)).isEqualTo(3);
        assertThat(output("a")).hasContent("of somebody else");
    }

    @Test
    void outputOfAMergeThatWasKilledBeforeItsLine_isTheBatchsOwn() throws IOException {
        mergedAgain();
        List<String> lines = Files.readAllLines(journal());
        Files.write(journal(), lines.subList(0, lines.size() - 1)); // c is begun, its output is there
        assertThat(mergedAgain()).containsExactly("c.parquet");
    }

    @Test
    void failureInTheMiddle_isJournalled_andIsDoneOnceMended() throws IOException {
        Path broken = Files.writeString(root.resolve("b").resolve("broken.parquet"), "?");
        BatchResult first = batch(strategy).build().run();
        assertThat(first.items()).extracting(Item::outcome).containsExactly(Outcome.DONE, Outcome.FAILED, Outcome.DONE);
        assertThat(Files.readString(journal()))
                .contains("\"kind\":\"InvalidInputException\"", "broken.parquet] Cannot read\"");
        Files.delete(broken);
        assertThat(mergedAgain()).containsExactly("b.parquet");
    }

    @Test
    void requestThatCanNotBeEstimated_isJournalledAsFailed_andIsDoneOnceItCan() throws IOException {
        MergeStrategy blind = new Joining() {
            @Override
            public CostEstimate estimate(MergeRequest request) {
                if (MergeRequest.fileName(request.output()).equals("b.parquet")) {
                    throw new StrategyUnavailableException("no way to tell");
                }
                return super.estimate(request);
            }
        };
        BatchResult first = batch(blind).maxCost(BigDecimal.ONE).build().run();
        assertThat(first.items()).extracting(Item::outcome).containsExactly(Outcome.DONE, Outcome.FAILED, Outcome.DONE);
        assertThat(Files.readAllLines(journal()).subList(3, 5))
                .satisfiesExactly(
                        begun -> assertThat(begun).contains("\"event\":\"begun\"", "\"name\":\"b\"", "\"owned\":true"),
                        failed -> assertThat(failed)
                                .contains(
                                        "\"event\":\"failed\"",
                                        "\"kind\":\"StrategyUnavailableException\"",
                                        "no way to tell"));
        assertThat(mergedBy(batch(strategy).maxCost(BigDecimal.ONE).build())).containsExactly("b.parquet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"event\":\"begun\",\"na", "{\"event\":\"batch\"}", "\u0000\u0000"})
    void lastLineWithoutItsEnd_isCutOff(String half) throws IOException {
        mergedAgain();
        String whole = Files.readString(journal());
        Files.writeString(journal(), whole + half);
        assertThat(mergedAgain()).isEmpty();
        assertThat(Files.readString(journal())).startsWith(whole + "{\"event\":\"batch\",\"at\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "",
                "{\"event\":\"begun\"}",
                "{\"event\":\"finished\",\"name\":\"a\"}",
                "{\"event\":\"done\",\"name\":\"z\"}",
                "{\"event\":\"done\",\"name\":\"a\",\"strategy\":\"s\",\"rows\":1.5}",
                "{\"event\":\"batch\"} {}",
                "{\"event\":\"batch\",\"event\":\"batch\"}",
                "{\"event\":\"batch\",\"x\":\"\\u00\"}"
            })
    void brokenLine_isNamed_andNothingIsDone(String line) throws IOException {
        mergedAgain();
        String broken = Files.readString(journal()) + line + "\n{\"event\":\"batch\"}\n";
        Files.writeString(journal(), broken);
        assertThatThrownBy(() -> batch(strategy).build().run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[" + journal() + "] Cannot read line 8 of the journal");
        assertThat(journal()).hasContent(broken);
    }

    @Test
    void secondBatchOnAJournal_isRefused_andTheLockGoesWithTheFirst() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        MergeStrategy slow = new Joining() {
            @Override
            public MergeResult merge(MergeRequest request, ProgressListener progress) {
                begun.countDown();
                try {
                    assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.merge(request, progress);
            }
        };
        AtomicReference<BatchResult> first = new AtomicReference<>();
        Thread runner = new Thread(() -> first.set(batch(slow).build().run()));
        runner.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> batch(strategy).build().run())
                    .isInstanceOf(StrategyUnavailableException.class)
                    .hasMessageContaining("another one is running on this journal");
        }
        goOn.countDown();
        runner.join(30_000);
        assertThat(first.get().allDone()).isTrue();
        assertThat(mergedAgain()).isEmpty();
    }

    @Test
    void interruptedBatch_writesThatItsMergeFailed_andIsFinishedByTheNext() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        MergeStrategy slow = new Joining() {
            @Override
            public MergeResult merge(MergeRequest request, ProgressListener progress) {
                begun.countDown();
                try {
                    Thread.sleep(60_000);
                    return super.merge(request, progress);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new MergeCancelledException("interrupted", e);
                }
            }
        };
        AtomicReference<BatchResult> result = new AtomicReference<>();
        Thread runner = new Thread(() -> result.set(batch(slow).build().run()));
        runner.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        runner.interrupt();
        runner.join(30_000);
        assertThat(result.get().interrupted()).isTrue();
        assertThat(Files.readAllLines(journal()))
                .last()
                .asString()
                .contains("\"event\":\"failed\"", "MergeCancelledException");
        assertThat(mergedAgain()).hasSize(3);
    }

    @Test
    void jsonLine_keepsEveryText() {
        String odd = "\"\\ \n\r\t\u0001\u007f é \ud83d\ude00 \ud800 {}[],:";
        Map<String, Object> read = JsonLine.read(Json.write(Map.of(odd, odd)));
        assertThat(read).containsExactly(Map.entry(odd, odd));
        assertThat(Json.write(Map.of("x", odd))).doesNotContain("\n");
    }
}
