/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.Backup;
import dev.marquetry.BatchMerge;
import dev.marquetry.BatchResult;
import dev.marquetry.CostItem;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.OutputBackup;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.local.storage.ObjectBackup;
import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Outputs are copied into Cloud Storage, through Google's client: the very bytes, once, or not at all. */
@Timeout(120)
class ObjectBackupTest {
    private static final URI FOLDER = URI.create("gs://data/nightly");
    private static final String NAME = "nightly/wide.parquet";
    private static final byte[] OTHER = "what somebody else has written".getBytes(StandardCharsets.UTF_8);

    /** Sent in four pieces, the last one odd. */
    private static final int BYTES = 3 * ObjectBackup.PIECE_BYTES + 12_345;

    @TempDir
    private Path folder;

    private LoopbackStorage cloud;
    private Storage client;
    private Path output;

    @BeforeEach
    void start() throws IOException {
        cloud = Loopback.start();
        client = Loopback.client(cloud);
        output = Files.write(folder.resolve("wide.parquet"), random(BYTES));
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return content;
    }

    private MergeRequest request() {
        return MergeRequest.onKey("ts").spine(folder.resolve("spine.parquet")).writeTo(output);
    }

    private Backup copy() throws IOException {
        return copy(Loopback.store(cloud));
    }

    private Backup copy(ObjectStore store) throws IOException {
        return copy(store, Files.size(output));
    }

    private Backup copy(ObjectStore store, long bytes) {
        MergeResult result = MergeResult.of("any", output.toUri())
                .shape(1, 1)
                .bytes(1, bytes)
                .build();
        return ObjectBackup.to(store, FOLDER).copy(request(), result);
    }

    private Blob stored() {
        return client.get(Loopback.BUCKET, NAME);
    }

    private void storeOther(byte[] content) {
        client.create(BlobInfo.newBuilder(Loopback.BUCKET, NAME).build(), content);
    }

    @Test
    void anOutput_isCopiedUnderItsName_andWhatTheServiceHasIsTold() throws IOException {
        Backup backup = copy();

        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(Files.readAllBytes(output));
        assertThat(backup)
                .isEqualTo(new Backup(
                        URI.create("gs://data/" + NAME), stored().getGeneration(), stored().getCrc32c(), BYTES, true));
        assertThat(cloud.calls(ApiCall.UPLOAD_CHUNK)).hasSize(4);
    }

    @Test
    void anEmptyFolderName_isTheBucketItself() {
        for (String bucket : new String[] {"gs://data", "gs://data/"}) {
            assertThat(ObjectBackup.to(Loopback.store(cloud), URI.create(bucket))
                            .objectOf(request()))
                    .isEqualTo(URI.create("gs://data/wide.parquet"));
        }
    }

    @Test
    void aPrice_isForAGibForAMonth() {
        ObjectBackup backup = ObjectBackup.to(Loopback.store(cloud), FOLDER);
        assertThat(backup.month(1)).isEmpty();
        assertThat(backup.pricedAt(new BigDecimal("0.02")).month(5L << 29))
                .hasValue(new CostItem("copies kept for a month", "2.5 GiB", new BigDecimal("0.0500")));
    }

    @Test
    void theSameBytes_areNotSentAgain() throws IOException {
        Backup first = copy();
        Backup second = copy();

        assertThat(second.copied()).isFalse();
        assertThat(second.generation()).isEqualTo(first.generation());
        assertThat(second.crc32c()).isEqualTo(first.crc32c());
        assertThat(cloud.calls(ApiCall.UPLOAD_START)).hasSize(1);
    }

    @Test
    void anotherObject_isReplaced_alsoOneOfTheSameSize() throws IOException {
        storeOther(OTHER);
        assertThat(copy().copied()).isTrue();
        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(Files.readAllBytes(output));

        byte[] similar = Files.readAllBytes(output);
        similar[BYTES / 2] ^= 1;
        storeOther(similar);
        Backup backup = copy();
        assertThat(backup.copied()).isTrue();
        assertThat(backup.generation()).isEqualTo(stored().getGeneration());
        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(Files.readAllBytes(output));
    }

    /** Does something after an object was looked for and before one is begun. */
    private ObjectStore meanwhile(Runnable deed) {
        GoogleCloudStorage store = Loopback.store(cloud);
        return new ObjectStore() {
            @Override
            public boolean serves(URI address) {
                return store.serves(address);
            }

            @Override
            public Optional<StoredObject> find(URI address) throws InterruptedException {
                return store.find(address);
            }

            @Override
            public void read(StoredObject object, long position, ByteBuffer into)
                    throws IOException, InterruptedException {
                store.read(object, position, into);
            }

            @Override
            public ObjectUpload create(URI address, Optional<StoredObject> replaced, int pieceBytes) {
                deed.run();
                return store.create(address, replaced, pieceBytes);
            }
        };
    }

    @Test
    void whatSomebodyElseWritesMeanwhile_isNotReplaced() throws IOException {
        assertThatThrownBy(() -> copy(meanwhile(() -> storeOther(OTHER))))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("somebody else writes to gs://data/" + NAME);
        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(OTHER);

        byte[] newer = "newer".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> copy(meanwhile(() -> storeOther(newer)))).isInstanceOf(MergeFailedException.class);
        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(newer);
        assertThat(copy().copied()).isTrue();
    }

    @Test
    void aServiceThatHasOtherBytesThanWereSent_isAFailure() {
        cloud.faults().wrongCrc32c(NAME);
        assertThatThrownBy(this::copy)
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("the store has not what was sent")
                .hasMessageContaining("gs://data/" + NAME);
    }

    @Test
    void anOutputThatIsNoLongerWhatWasMade_isNotCopied() throws IOException {
        for (long made : new long[] {BYTES - 1, BYTES + 1}) {
            assertThatThrownBy(() -> copy(Loopback.store(cloud), made))
                    .isInstanceOf(MergeFailedException.class)
                    .hasMessageContaining("does not have the " + made + " bytes");
        }
        Files.delete(output);
        assertThatThrownBy(() -> copy(Loopback.store(cloud), BYTES))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("wide.parquet");
        assertThat(cloud.objects()).isEmpty();
    }

    @Test
    void whatPasses_isTriedAgain() throws IOException {
        cloud.faults().on(ApiCall.OBJECTS_GET).answer(503).first(2);
        cloud.faults().on(ApiCall.UPLOAD_START).answer(503).first(1);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).answer(503).onlyOn(1);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().onlyOn(3);
        assertThat(copy().copied()).isTrue();
        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(Files.readAllBytes(output));
    }

    @Test
    void aServiceThatStaysAway_leavesNothingVisible_andTheNextCopyIsWhole() throws IOException {
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).answer(503).after(2);
        assertThatThrownBy(this::copy).isInstanceOf(StrategyUnavailableException.class);
        assertThat(cloud.objects()).isEmpty();

        cloud.faults().clear();
        assertThat(copy().copied()).isTrue();
        assertThat(client.readAllBytes(Loopback.BUCKET, NAME)).isEqualTo(Files.readAllBytes(output));
    }

    @Test
    void whenNobodyCanTellWhetherItWasWritten_theOutcomeIsUnknown() {
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().after(3);
        cloud.faults().on("GET", ".*wide.parquet").answer(503).after(1);
        assertThatThrownBy(this::copy)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("gs://data/" + NAME);
    }

    @Test
    void anInterrupt_endsTheCopySoon_andLeavesNothingVisible() throws Exception {
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).delay(Duration.ofSeconds(60)).after(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread copying = new Thread(() -> {
            failure.set(catchThrowable(this::copy));
            flag.set(Thread.currentThread().isInterrupted());
        });
        copying.start();
        while (cloud.calls(ApiCall.UPLOAD_CHUNK).size() < 2 && copying.isAlive()) {
            Thread.sleep(10);
        }
        copying.interrupt();
        copying.join(30_000);

        assertThat(copying.isAlive()).isFalse();
        assertThat(failure.get()).isInstanceOf(MergeCancelledException.class);
        assertThat(flag.get()).isTrue();
        assertThat(cloud.objects()).isEmpty();
    }

    @Test
    void outputsThatAreObjects_andFoldersOfNoBucket_areRefused() {
        OutputBackup backup = ObjectBackup.to(Loopback.store(cloud), FOLDER);
        MergeRequest object = MergeRequest.onKey("ts")
                .spine(folder.resolve("spine.parquet"))
                .writeTo(URI.create("gs://data/wide.parquet"));
        assertThatThrownBy(() -> backup.objectOf(object))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("gs://data/wide.parquet: only files of this machine");
        for (String wrong : new String[] {"s3://bucket/folder", "gs:///folder", "/folder"}) {
            assertThatThrownBy(() -> ObjectBackup.to(Loopback.store(cloud), URI.create(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong);
        }
    }

    @Test
    void aBatchWhoseCopyFailed_copiesOnly_whenItIsResumed() throws IOException {
        Pair pair = new Pair(folder, 500, 2, 2, 500);
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(pair.spine())
                .features(pair.features())
                .writeTo(folder.resolve("merged.parquet"));
        cloud.faults().deny(ApiCall.UPLOAD_START);
        BatchResult first = batch(request).run();
        assertThat(first.item("pair").isDone()).isTrue();
        assertThat(first.allDone()).isFalse();
        assertThat(first.item("pair").backupFailure())
                .get()
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.THROWABLE)
                .hasMessageContaining("storage.objects.create");

        cloud.faults().clear();
        BatchResult second = batch(request).run();
        assertThat(second.allDone()).isTrue();
        assertThat(second.count(BatchResult.Outcome.SKIPPED)).isEqualTo(1);
        assertThat(second.item("pair").backup().orElseThrow().copied()).isTrue();
        assertThat(client.readAllBytes(Loopback.BUCKET, "nightly/merged.parquet"))
                .isEqualTo(Files.readAllBytes(folder.resolve("merged.parquet")));

        int calls = cloud.calls().size();
        BatchResult third = batch(request).run();
        assertThat(third.allDone()).isTrue();
        assertThat(third.item("pair").backup().orElseThrow().copied()).isFalse();
        assertThat(cloud.calls()).hasSize(calls);
    }

    private BatchMerge batch(MergeRequest request) {
        return BatchMerge.by(LocalArrowStrategy.within(ResourceLimits.defaults()))
                .journal(folder.resolve("journal"))
                .merge("pair", request)
                .backup(ObjectBackup.to(Loopback.store(cloud), FOLDER))
                .build();
    }
}
