/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.MergeResult;
import dev.marquetry.ResourceLimits;
import dev.marquetry.loopback.LoopbackStorage;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageExampleTest {
    @TempDir
    private Path folder;

    private static URI upload(Storage storage, Path file) throws IOException {
        String name = file.getFileName().toString();
        storage.create(BlobInfo.newBuilder("data", name).build(), Files.readAllBytes(file));
        return URI.create("gs://data/" + name);
    }

    @Test
    void objects_areMergedIntoAnObject() throws IOException {
        try (LoopbackStorage cloud = LoopbackStorage.start().bucket("data")) {
            Storage storage = cloud.storageOptions().build().getService();
            URI targets = upload(
                    storage,
                    Fixtures.table("targets").key("interval_time", 1, 2, 3).writeTo(folder));
            URI rsi = upload(
                    storage,
                    Fixtures.table("rsi")
                            .key("interval_time", 3, 1)
                            .column("close", 1.5, 2.5)
                            .writeTo(folder));
            MergeResult wide = StorageExample.merge(
                    targets, List.of(rsi), URI.create("gs://data/wide.parquet"), ResourceLimits.defaults(), storage);

            assertThat(wide.columns()).isEqualTo(2);
            assertThat(cloud.objects()).contains("gs://data/wide.parquet");
        }
    }
}
