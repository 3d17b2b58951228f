/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of {@code merge} and {@code plan}. */
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class MergeOptions extends CommonOptions {
    private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");
    private static final String ANY_FILE = "*.parquet";

    @Option(
            names = "--spine",
            order = FIRST,
            required = true,
            paramLabel = "FILE",
            description = "File or gs://bucket/name whose rows the output has.")
    private String spine;

    @Option(
            names = "--features",
            order = FIRST,
            required = true,
            arity = "1..*",
            paramLabel = "DIR_OR_GLOB",
            description = "Folders (their *.parquet), globs such as 'dir/feat_*.parquet', or files; in gs:// too.")
    private List<String> features;

    @Option(
            names = "--output",
            order = FIRST,
            required = true,
            paramLabel = "FILE",
            description = "File or gs://bucket/name to publish.")
    private String output;

    /** Returns the request; a contradictory one is a usage error. */
    MergeRequest request() {
        try {
            MergeRequest.Builder request = onKey().spine(address("--spine", spine));
            features.forEach(text -> addFeatures(request, text));
            rules(request);
            return notEmpty(request.writeTo(address("--output", output)));
        } catch (IllegalArgumentException e) {
            throw usage("Invalid request: " + e.getMessage());
        }
    }

    /** A glob that matches nothing is a slip, unless nothing is what was expected. */
    private MergeRequest notEmpty(MergeRequest request) {
        if (anyNumber() && request.featureFiles().isEmpty()) {
            throw new InvalidInputException("Cannot find any feature file: " + String.join(", ", features));
        }
        return request;
    }

    /** Adds an object, or those of a folder in {@code gs://} that a glob matches, the spine and the output left out. */
    private void addObjects(MergeRequest.Builder request, String text) {
        String wanted = text.endsWith("/") ? text + ANY_FILE : text;
        int slash = wanted.lastIndexOf('/');
        String glob = wanted.substring(slash + 1);
        if (!WILDCARD.matcher(glob).find()) {
            request.featureUris(List.of(address("--features", wanted)));
            return;
        }
        int bucketEnd = wanted.indexOf('/', OBJECT.length());
        if (bucketEnd <= OBJECT.length()) {
            throw usage("Invalid value for option '--features': must be like gs://bucket/folder/ but was " + text);
        }
        checkGlob("--features", text, glob);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        List<URI> others = List.of(address("--spine", spine), address("--output", output));
        URI folder = object(
                "--features", wanted.substring(OBJECT.length(), bucketEnd), wanted.substring(bucketEnd, slash + 1));
        request.featureUris(CloudStore.list(folder).stream()
                .filter(found -> !others.contains(found) && matcher.matches(Path.of(MergeRequest.fileName(found))))
                .toList());
    }

    private void addFeatures(MergeRequest.Builder request, String text) {
        if (text.startsWith(OBJECT)) {
            addObjects(request, text);
            return;
        }
        int slash = Math.max(text.lastIndexOf('/'), text.lastIndexOf(java.io.File.separatorChar));
        String folder = text.substring(0, slash + 1);
        String name = text.substring(slash + 1);
        if (!WILDCARD.matcher(text).find() || Files.exists(path("--features", text))) {
            Path path = path("--features", text);
            if (Files.isDirectory(path)) {
                request.features(path, ANY_FILE);
            } else {
                request.features(path);
            }
        } else if (WILDCARD.matcher(folder).find()) {
            throw usage("Invalid value for option '--features': wildcards must be in the last part: " + text);
        } else {
            checkGlob("--features", text, name);
            request.features(path("--features", folder), name);
        }
    }
}
