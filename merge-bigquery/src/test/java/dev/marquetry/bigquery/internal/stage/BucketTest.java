/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.MergeFailedException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.internal.QuickCloud;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.loopback.ApiCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The staging area through Google's client and a server on the loopback interface that fails as Google's does. */
class BucketTest {
    private static final Checkpoint GO = Checkpoint.none();
    private static final int SIZE = 900_001;

    private final byte[] bytes = bytes(7, SIZE);
    private QuickCloud cloud;
    private Bucket bucket;

    @BeforeEach
    void start() {
        cloud = new QuickCloud();
        bucket = cloud.bucket();
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static byte[] bytes(int seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Content content(byte[] bytes) {
        return () -> Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    private StoredObject upload() throws InterruptedException {
        return bucket.upload("run/a", SIZE, content(bytes), GO);
    }

    private byte[] stored(StoredObject object) throws IOException {
        return Files.readAllBytes(cloud.server.file(object.bucket(), object.name()));
    }

    private byte[] download(StoredObject object) throws InterruptedException {
        ByteBuffer target = ByteBuffer.allocate(Math.toIntExact(object.bytes()));
        bucket.download(
                object,
                (position, part) -> {
                    target.position(Math.toIntExact(position));
                    target.put(part);
                },
                GO);
        return target.array();
    }

    @Test
    void whatGoesUp_comesDown() throws Exception {
        StoredObject object = upload();
        assertThat(object.uri()).isEqualTo("gs://staging/some/folder/run/a").isEqualTo(bucket.uri("run/a"));
        assertThat(object.bytes()).isEqualTo(SIZE);
        assertThat(stored(object)).isEqualTo(bytes);
        assertThat(download(object)).isEqualTo(bytes);
        assertThat(cloud.server.calls(ApiCall.UPLOAD_CHUNK)).hasSize(4);
        assertThat(bucket.find("run/a", GO)).contains(object);
        assertThat(bucket.find(URI.create(object.uri()), GO)).contains(object);
        assertThat(bucket.find("run/b", GO)).isEmpty();
        assertThat(cloud.usage.uploadedBytes()).isEqualTo(SIZE);
        assertThat(cloud.usage.downloadedBytes()).isEqualTo(SIZE);
    }

    @Test
    void emptyObject_goesUpAndComesDown() throws Exception {
        StoredObject object = bucket.upload("run/empty", 0, content(new byte[0]), GO);
        assertThat(download(object)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429, 500})
    void callsThatFailOnce_areMadeAgain(int status) throws Exception {
        cloud.server.faults().onEachKind().answer(status);
        StoredObject object = upload();
        assertThat(download(object)).isEqualTo(bytes);
        assertThat(bucket.list("run/", GO)).containsExactly(object);
        StoredObject longer = bucket.append(object, 3, content(new byte[] {1, 2, 3}), "run/longer", GO);
        assertThat(longer.bytes()).isEqualTo(SIZE + 3);
        assertThat(bucket.delete("run/", Duration.ofSeconds(5))).isEmpty();
        assertThat(cloud.server.objects()).isEmpty();
    }

    @Test
    void lostReplies_harmNothing() throws Exception {
        cloud.server.faults().onEachKind().loseReply();
        StoredObject object = upload();
        assertThat(stored(object)).isEqualTo(bytes);
        assertThat(download(object)).isEqualTo(bytes);
        assertThat(bucket.delete("run/", Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void lostReplyToTheLastChunk_sendsNothingAgain() throws Exception {
        cloud.server.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().onlyOn(4);
        upload();
        assertThat(cloud.usage.uploadedBytes()).isEqualTo(SIZE);
    }

    @Test
    void clientThatRetriesByItself_changesNothing() throws Exception {
        try (QuickCloud other = new QuickCloud(5)) {
            other.server.faults().onEachKind().answer(503).first(2);
            other.server.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(100_000).onlyOn(3);
            bucket = other.bucket();
            assertThat(download(upload())).isEqualTo(bytes);
        }
    }

    @Test
    void brokenDownload_goesOnWhereItStopped() throws Exception {
        StoredObject object = upload();
        cloud.server.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(300_000).first(2);
        assertThat(download(object)).isEqualTo(bytes);
        assertThat(cloud.server.calls(ApiCall.OBJECTS_DOWNLOAD)).hasSize(3);
        assertThat(cloud.usage.downloadedBytes()).isBetween((long) SIZE, SIZE + 4L * (64 << 10));
    }

    @Test
    void downloadThatNeverBringsAnything_ends() throws Exception {
        StoredObject object = upload();
        cloud.server.faults().on(ApiCall.OBJECTS_DOWNLOAD).loseCall().always();
        assertThatThrownBy(() -> download(object))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("run/a");
    }

    @Test
    void downloadWithAWrongChecksum_isMadeAgain_thenFails() throws Exception {
        cloud.server.faults().wrongCrc32c(".*run/b");
        StoredObject good = upload();
        StoredObject bad = new StoredObject(
                good.bucket(),
                good.name(),
                good.bytes(),
                java.util.OptionalInt.of(1),
                good.generation(),
                good.created());
        assertThatThrownBy(() -> download(bad))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("run/a")
                .hasMessageContaining("CRC32C")
                .hasMessageContaining("3 times");
        assertThat(cloud.server.calls(ApiCall.OBJECTS_DOWNLOAD)).hasSize(3);
    }

    @Test
    void uploadThatKeepsArrivingWrong_fails() {
        cloud.server.faults().wrongCrc32c(".*run/a");
        assertThatThrownBy(this::upload)
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("CRC32C")
                .hasMessageContaining("4 times");
    }

    @Test
    void objectThatGotShorter_isNotTakenForWhole() throws Exception {
        StoredObject object = upload();
        StoredObject longer = new StoredObject(
                object.bucket(), object.name(), SIZE + 10, object.crc32c(), object.generation(), object.created());
        assertThatThrownBy(() -> download(longer)).isInstanceOf(dev.marquetry.MergeException.class);
    }

    @Test
    void objectThatChanged_isNotMixed() throws Exception {
        StoredObject object = upload();
        StoredObject changed = bucket.upload("run/a", 5, content(new byte[5]), GO);
        assertThat(changed.generation()).isNotEqualTo(object.generation());
        assertThatThrownBy(() -> download(object)).isInstanceOf(MergeFailedException.class);
    }

    @Test
    void contentOfAnotherSizeOrUnreadable_makesNoObject() {
        assertThatThrownBy(() -> bucket.upload("run/short", SIZE + 1, content(bytes), GO))
                .isInstanceOf(MergeFailedException.class);
        assertThatThrownBy(() -> bucket.upload("run/long", SIZE - 1, content(bytes), GO))
                .isInstanceOf(MergeFailedException.class);
        Content broken = () -> new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                throw new IOException("no such luck");
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> bucket.upload("run/broken", 5, broken, GO))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("no such luck");
        assertThat(cloud.server.objects()).isEmpty();
    }

    @Test
    void sinkThatFails_endsTheDownload() throws Exception {
        StoredObject object = upload();
        ByteSink full = (position, part) -> {
            throw new IOException("disk is full");
        };
        assertThatThrownBy(() -> bucket.download(object, full, GO))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("disk is full");
        assertThat(cloud.server.calls(ApiCall.OBJECTS_DOWNLOAD)).hasSize(1);
    }

    @Test
    void manyObjects_areListedInOrder_andDeleted() throws Exception {
        cloud.server.pageSize(7);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = String.format("run/g%03d/part", (i * 17) % 40);
            bucket.upload(name, 1, content(new byte[1]), GO);
            names.add("some/folder/" + name);
        }
        bucket.upload("other/part", 1, content(new byte[1]), GO);
        names.sort(null);
        assertThat(bucket.list("run/", GO)).extracting(StoredObject::name).isEqualTo(names);
        assertThat(bucket.folders("run/", GO))
                .hasSize(40)
                .contains("g000", "g039")
                .isSorted();
        assertThat(bucket.folders("", GO)).containsExactly("other", "run");
        Thread.currentThread().interrupt();
        List<String> left = bucket.delete("run/", Duration.ofSeconds(10));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(left).isEmpty();
        assertThat(cloud.server.objects()).containsExactly("gs://staging/some/folder/other/part");
    }

    @Test
    void whatCanNotBeDeleted_isNamed() throws Exception {
        upload();
        cloud.server.faults().deny(ApiCall.OBJECTS_DELETE);
        assertThat(bucket.delete("run/", Duration.ofSeconds(5))).containsExactly("gs://staging/some/folder/run/a");
        cloud.server.faults().deny(ApiCall.OBJECTS_LIST);
        assertThat(bucket.delete("run/", Duration.ofSeconds(5))).containsExactly("gs://staging/some/folder/run/");
    }

    @Test
    void append_fromAnotherBucket_leavesTheOriginalAlone() throws Exception {
        cloud.server.bucket("inputs");
        Bucket inputs = Bucket.at(URI.create("gs://inputs"), cloud.storage, BucketSettings.defaults(), new Usage());
        StoredObject original = inputs.upload("f.parquet", SIZE, content(bytes), GO);
        byte[] tail = bytes(8, 500);
        StoredObject whole = bucket.append(original, tail.length, content(tail), "run/whole", GO);
        ByteBuffer wanted = ByteBuffer.allocate(SIZE + 500).put(bytes).put(tail);
        assertThat(download(whole)).isEqualTo(wanted.array());
        assertThat(cloud.server.objects())
                .containsExactlyInAnyOrder("gs://inputs/f.parquet", "gs://staging/some/folder/run/whole");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPLOAD_START", "OBJECTS_DOWNLOAD", "OBJECTS_LIST"})
    void deniedCall_namesPermissionAndBucket(ApiCall call) throws Exception {
        StoredObject object = bucket.upload("run/x", 1, content(new byte[1]), GO);
        cloud.server.faults().deny(call);
        assertThatThrownBy(() -> {
                    upload();
                    download(object);
                    bucket.list("", GO);
                })
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("permission " + call.permission() + " is missing")
                .hasMessageContaining("bucket staging");
    }

    @Test
    void bucketThatIsNotThere_isNamed() {
        Bucket absent = Bucket.at(
                URI.create("gs://nowhere"),
                cloud.storage,
                new BucketSettings(256 << 10, 1 << 16, java.util.Optional.empty(), QuickCloud.QUICK),
                cloud.usage);
        assertThatThrownBy(() -> absent.upload("a", SIZE, content(bytes), GO))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("bucket nowhere");
        assertThatThrownBy(() -> absent.list("a", GO))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("bucket nowhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPLOAD_START", "UPLOAD_CHUNK", "OBJECTS_GET", "OBJECTS_DOWNLOAD"})
    void interrupt_endsTransfers(ApiCall slow, @TempDir Path folder) throws Exception {
        StoredObject object = upload();
        Path file = Files.write(folder.resolve("f"), bytes);
        cloud.server.faults().on(slow).delay(Duration.ofMillis(150)).always();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread transfer = new Thread(() -> {
            try (FileChannel target = FileChannel.open(folder.resolve("t"), CREATE, WRITE)) {
                while (true) {
                    bucket.upload("run/b", SIZE, () -> FileChannel.open(file), GO);
                    bucket.download(object, (position, part) -> target.write(part, position), GO);
                }
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        transfer.start();
        Thread.sleep(100 + new Random().nextInt(400));
        transfer.interrupt();
        transfer.join(5_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void checkpointThatSaysStop_endsTransfers() throws Exception {
        StoredObject object = upload();
        AtomicInteger asked = new AtomicInteger();
        Checkpoint stop = () -> {
            if (asked.incrementAndGet() > 3) {
                throw new MergeFailedException("stop");
            }
        };
        assertThatThrownBy(() -> bucket.upload("run/b", SIZE, content(bytes), stop))
                .hasMessage("stop");
        asked.set(0);
        assertThatThrownBy(() -> bucket.download(object, (position, part) -> {}, stop))
                .hasMessage("stop");
        assertThat(cloud.server.objects()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://b", "gs://", "gs:///x", "b/c"})
    void addressesOfNoBucket_areRefused(String staging) {
        assertThatThrownBy(() -> Bucket.at(
                        URI.create(staging.equals("gs://") ? "gs:" : staging),
                        cloud.storage,
                        BucketSettings.defaults(),
                        cloud.usage))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
