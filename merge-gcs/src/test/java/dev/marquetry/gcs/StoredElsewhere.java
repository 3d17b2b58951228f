/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Puts a request's files into the cloud, has another strategy merge them there, and brings the output back: what is said of
 * files is then proven of objects. What happens to a file while it is merged happens to its object too.
 */
final class StoredElsewhere implements MergeStrategy {
    private final Storage client;
    private final MergeStrategy strategy;

    StoredElsewhere(Storage client, MergeStrategy strategy) {
        this.client = client;
        this.strategy = strategy;
    }

    @Override
    public String name() {
        return strategy.name();
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        try (Copies copies = new Copies(request)) {
            return strategy.estimate(copies.there());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        try (Copies copies = new Copies(request)) {
            MergeResult result = strategy.merge(copies.there(), event -> {
                try {
                    progress.onProgress(event);
                } finally {
                    copies.follow();
                }
            });
            return here(result, request.output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MergeResult here(MergeResult result, URI output) {
        MergeResult.Builder here = MergeResult.of(result.strategy(), output)
                .shape(result.rows(), result.columns())
                .bytes(result.inputBytes(), result.outputBytes())
                .elapsed(result.elapsed())
                .featureMatches(result.featureMatches())
                .fileMoves(result.fileMoves())
                .warnings(result.warnings());
        result.peakMemoryBytes().ifPresent(here::peakMemoryBytes);
        result.chunks().forEach(here::chunks);
        return here.build();
    }

    /** The objects of one request. */
    private final class Copies implements AutoCloseable {
        private final String folder = UUID.randomUUID().toString();
        private final MergeRequest request;
        private final Map<Path, FileTime> copied = new HashMap<>();
        private final Path output;

        Copies(MergeRequest request) throws IOException {
            this.request = request;
            output = Path.of(request.output());
        }

        MergeRequest there() throws IOException {
            List<URI> features;
            try {
                features = request.featureFiles();
            } catch (InvalidInputException e) {
                return request; // what is wrong with a list of files is so everywhere
            }
            if (!Files.isDirectory(output.getParent()) || Files.isDirectory(output)) {
                return request; // folders are of file systems only
            }
            List<URI> there = new ArrayList<>();
            for (URI feature : features) {
                there.add(copy(Path.of(feature)));
            }
            MergeRequest.Builder other =
                    MergeRequest.onKey(request.keys().get(0), rest()).spine(copy(Path.of(request.spine())));
            request.expectedFeatureFiles().ifPresent(other::expectFeatureFiles);
            if (Files.exists(output)) {
                copy(output);
            }
            return other.featureUris(there)
                    .onDuplicateKey(request.duplicateKeys())
                    .onDuplicateSpineKey(request.spineDuplicates())
                    .onNameClash(request.nameClash())
                    .onExistingOutput(request.existingOutput())
                    .codec(request.codec())
                    .writeTo(Loopback.address(name(output)));
        }

        private String[] rest() {
            return request.keys().subList(1, request.keys().size()).toArray(String[]::new);
        }

        private String name(Path file) {
            return folder + file.toAbsolutePath().normalize();
        }

        private URI copy(Path file) throws IOException {
            if (!copied.containsKey(file)) {
                try {
                    FileTime time = Files.getLastModifiedTime(file);
                    client.create(
                            BlobInfo.newBuilder(Loopback.BUCKET, name(file)).build(), Files.readAllBytes(file));
                    copied.put(file, time);
                } catch (NoSuchFileException e) {
                    // there is no object then either
                }
            }
            return Loopback.address(name(file));
        }

        /** Does to the objects what was done to the files. */
        synchronized void follow() {
            try {
                for (Map.Entry<Path, FileTime> entry : copied.entrySet()) {
                    Path file = entry.getKey();
                    if (!Files.exists(file)) {
                        client.delete(Loopback.BUCKET, name(file));
                    } else if (!Files.getLastModifiedTime(file).equals(entry.getValue())) {
                        entry.setValue(Files.getLastModifiedTime(file));
                        client.create(
                                BlobInfo.newBuilder(Loopback.BUCKET, name(file)).build(), Files.readAllBytes(file));
                    }
                }
                if (!copied.containsKey(output) && Files.exists(output)) {
                    copy(output);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Brings the output back, unless it is what was there before, and deletes all objects. */
        @Override
        public void close() throws IOException {
            Blob made = client.get(BlobId.of(Loopback.BUCKET, name(output)));
            if (made != null && !copied.containsKey(output)) {
                Files.write(output, made.getContent());
            } else if (made != null) {
                byte[] bytes = made.getContent();
                if (!Arrays.equals(bytes, Files.readAllBytes(output))) {
                    Files.write(output, bytes);
                }
            }
            for (Blob blob : client.list(Loopback.BUCKET, Storage.BlobListOption.prefix(folder))
                    .iterateAll()) {
                blob.delete();
            }
        }
    }
}
