/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.ReadChannel;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects, through Google's client. */
class LoopbackStorageTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    private Path random(int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return Files.write(folder.resolve("random-" + bytes), content);
    }

    private static String crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    @Test
    void aFileIsUploadedResumably_andComesBackWithItsChecksum() throws Exception {
        Path file = random(3 << 20);
        BlobInfo wanted = BlobInfo.newBuilder(Bench.BUCKET, "run 1/ä+b%.bin")
                .setMetadata(Map.of("run", "r1"))
                .setContentType("application/x-parquet")
                .build();

        Blob blob = bench.storage.createFrom(wanted, file, Storage.BlobWriteOption.doesNotExist());

        assertThat(blob.getSize()).isEqualTo(3 << 20);
        assertThat(blob.getCrc32c()).isEqualTo(crc32c(Bench.bytes(file)));
        assertThat(blob.getMetadata()).containsEntry("run", "r1");
        assertThat(blob.getCreateTimeOffsetDateTime()).isNotNull();
        assertThat(bench.cloud.calls(ApiCall.UPLOAD_START)).hasSize(1);
        assertThat(bench.cloud.calls(ApiCall.UPLOAD_CHUNK)).hasSize(1);
        Path back = folder.resolve("back");
        bench.storage.downloadTo(wanted.getBlobId(), back);
        assertThat(back).hasSameBinaryContentAs(file);
        assertThat(bench.cloud.file(Bench.BUCKET, wanted.getName())).hasSameBinaryContentAs(file);
        assertThat(bench.cloud.objects()).containsExactly("gs://staging/run 1/ä+b%.bin");
    }

    @Test
    void aWriterSendsItsPiecesOneByOne() throws Exception {
        byte[] content = Bench.bytes(random(700_000));
        try (WriteChannel writer =
                bench.storage.writer(BlobInfo.newBuilder(Bench.BUCKET, "pieces").build())) {
            writer.setChunkSize(256 << 10);
            writer.write(ByteBuffer.wrap(content));
        }
        assertThat(bench.cloud.calls(ApiCall.UPLOAD_CHUNK)).hasSize(3);
        assertThat(bench.storage.readAllBytes(Bench.BUCKET, "pieces")).isEqualTo(content);
    }

    @Test
    void anUploadGoesOnWhereItStopped() throws Exception {
        Bench patient = new Bench(folder, 5);
        try (patient) {
            patient.cloud.faults().on(ApiCall.UPLOAD_CHUNK).answer(503).onlyOn(2);
            patient.cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().onlyOn(3);
            byte[] content = Bench.bytes(random(900_000));
            try (WriteChannel writer = patient.storage.writer(
                    BlobInfo.newBuilder(Bench.BUCKET, "pieces").build())) {
                writer.setChunkSize(256 << 10);
                writer.write(ByteBuffer.wrap(content));
            }
            assertThat(patient.storage.readAllBytes(Bench.BUCKET, "pieces")).isEqualTo(content);
            assertThat(patient.cloud.calls(ApiCall.UPLOAD_CHUNK))
                    .extracting(RecordedCall::body)
                    .contains("bytes 0-262143/*")
                    .anyMatch(range -> range.startsWith("bytes */"));
        }
    }

    @Test
    void preconditionsHold() {
        Blob first = bench.upload("a", "one");
        BlobInfo again = BlobInfo.newBuilder(Bench.BUCKET, "a").build();
        assertThatThrownBy(() -> bench.storage.create(
                        again, "two".getBytes(StandardCharsets.UTF_8), Storage.BlobTargetOption.doesNotExist()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.getCode()).isEqualTo(412));
        assertThatThrownBy(() -> bench.storage.createFrom(again, random(10), Storage.BlobWriteOption.doesNotExist()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.getCode()).isEqualTo(412));
        Blob second = bench.upload("a", "two");
        assertThat(second.getGeneration()).isGreaterThan(first.getGeneration());
        assertThat(bench.storage.get(first.getBlobId())).isNull();
        assertThat(bench.storage.readAllBytes(BlobId.of(Bench.BUCKET, "a")))
                .asString()
                .isEqualTo("two");
    }

    @Test
    void listsAreSortedPagedAndByPrefix() {
        bench.cloud.pageSize(2);
        for (String name : List.of("run/c", "run/a", "run/b", "run/a/1", "other")) {
            bench.upload(name, name);
        }
        List<String> names = new ArrayList<>();
        bench.storage
                .list(Bench.BUCKET, Storage.BlobListOption.prefix("run/"))
                .iterateAll()
                .forEach(blob -> names.add(blob.getName()));
        assertThat(names).containsExactly("run/a", "run/a/1", "run/b", "run/c");
        assertThat(bench.cloud.calls(ApiCall.OBJECTS_LIST)).hasSize(2);
    }

    @Test
    void partsOfAnObjectCanBeRead() throws Exception {
        bench.upload("digits", "0123456789");
        try (ReadChannel reader = bench.storage.reader(Bench.BUCKET, "digits")) {
            reader.seek(3);
            reader.limit(7);
            ByteBuffer buffer = ByteBuffer.allocate(10);
            while (reader.read(buffer) >= 0) {}
            assertThat(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8))
                    .isEqualTo("3456");
        }
    }

    @Test
    void objectsAreComposedCopiedAndDeleted() {
        bench.upload("a", "one");
        bench.upload("b", "two");
        Blob composed = bench.storage.compose(Storage.ComposeRequest.of(Bench.BUCKET, List.of("a", "b"), "c"));
        assertThat(composed.getCrc32c()).isEqualTo(crc32c("onetwo".getBytes(StandardCharsets.UTF_8)));
        Blob copied = composed.copyTo(Bench.BUCKET, "d").getResult();
        assertThat(copied.getContent()).asString().isEqualTo("onetwo");
        assertThat(bench.storage.delete(Bench.BUCKET, "a")).isTrue();
        assertThat(bench.storage.delete(Bench.BUCKET, "a")).isFalse();
        assertThat(bench.cloud.objects()).containsExactly("gs://staging/b", "gs://staging/c", "gs://staging/d");
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(bench.storage.get(Bench.BUCKET, "nothing")).isNull();
        assertThat(bench.storage.get("elsewhere")).isNull();
        // Google's client needs the gRPC classes to describe a bucket, which are kept off the class path.
        URI bucket = URI.create(bench.cloud.url() + "/storage/v1/b/" + Bench.BUCKET);
        assertThat(HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(bucket).build(), HttpResponse.BodyHandlers.ofString())
                        .body())
                .contains("\"location\":\"US-CENTRAL1\"");
        assertThatThrownBy(() -> bench.storage.readAllBytes(Bench.BUCKET, "nothing"))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.getCode()).isEqualTo(404));
        assertThatThrownBy(() -> bench.storage.create(
                        BlobInfo.newBuilder("elsewhere", "a").build(), new byte[1]))
                .hasMessageContaining("The specified bucket does not exist");
    }
}
