/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker that died left: scratch, which is deleted, and perhaps the output, published before it could tell. */
final class Aftermath {
    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);
    private static final String FINGERPRINT = "marquetry.fingerprint";

    /** What tells a file from another one under the same name. */
    private record Mark(@Nullable Object key, long bytes, FileTime modified) {
        static Optional<Mark> of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return Optional.of(new Mark(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
            } catch (IOException e) {
                return Optional.empty(); // it is not there
            }
        }
    }

    private final MergeRequest request;
    private final @Nullable Path output;
    private final Optional<Mark> before;

    private Aftermath(MergeRequest request, @Nullable Path output) {
        this.request = request;
        this.output = output;
        before = output == null ? Optional.empty() : Mark.of(output);
    }

    /** Looks at the output of {@code request} as it is before the merge. */
    static Aftermath of(MergeRequest request) {
        return new Aftermath(request, "file".equals(request.output().getScheme()) ? Path.of(request.output()) : null);
    }

    /** Deletes what {@code process}, which has ended, left beside the output. */
    void reclaim(long process) {
        Path parent = output == null ? null : output.getParent();
        if (output == null || parent == null || !Files.isDirectory(parent)) {
            return;
        }
        try {
            ScratchFolder.reclaim(output, process);
        } catch (IOException e) {
            LOG.warn("Cannot delete what worker process {} left; the next merge into {} will", process, output, e);
        }
    }

    /**
     * Returns the result if the output was published by this request though nobody told, as far as the output itself tells.
     *
     * @throws OutcomeUnknownException if there is a new output that can not be told to be this request's
     */
    Optional<MergeResult> published(String strategy, Duration elapsed, String warning) {
        if (output == null) {
            return Optional.empty();
        }
        Optional<Mark> after = Mark.of(output);
        if (after.isEmpty() || after.equals(before)) {
            return Optional.empty();
        }
        try {
            InputFile file = FooterReader.read(output);
            List<URI> features = request.featureFiles();
            String wanted = request.fingerprint(features);
            boolean isOurs = file.keyValues().stream()
                    .anyMatch(entry -> entry.getKey().equals(FINGERPRINT) && wanted.equals(entry.getValue()));
            if (isOurs) {
                return Optional.of(MergeResult.of(strategy, request.output())
                        .shape(file.rows(), file.columns().size())
                        .bytes(bytes(features), after.get().bytes())
                        .elapsed(elapsed)
                        .warnings(List.of(warning + "; it had published the output, and how each file matched is lost"))
                        .build());
            }
        } catch (IOException | InvalidInputException e) {
            throw unknown(warning, e);
        }
        throw unknown(warning, null);
    }

    private long bytes(List<URI> features) throws IOException {
        long bytes = Files.size(Path.of(request.spine()));
        for (URI feature : features) {
            bytes += Files.size(Path.of(feature));
        }
        return bytes;
    }

    private OutcomeUnknownException unknown(String warning, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                warning + ". Meanwhile a new file has come to " + output
                        + " that can not be told to be this merge's output: look at it",
                cause);
    }
}
