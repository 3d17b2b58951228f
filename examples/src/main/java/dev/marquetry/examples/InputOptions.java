/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of the commands that name their inputs one by one. Where the output is, is the subclass's. */
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
abstract class InputOptions extends CommonOptions {
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

    /** Returns the inputs as they were given. */
    final List<String> inputs() {
        List<String> inputs = new ArrayList<>(List.of(spine));
        inputs.addAll(features);
        return inputs;
    }

    /** Returns the request for {@code output}; a contradictory one is a usage error. */
    final MergeRequest request(URI output) {
        return request(this, spine, features, output);
    }

    /** Returns a request by the rules of {@code options}; a contradictory one is a usage error. */
    static MergeRequest request(CommonOptions options, String spine, List<String> features, URI output) {
        try {
            URI spineAt = options.address("--spine", spine);
            MergeRequest.Builder request = options.onKey().spine(spineAt);
            for (String text : features) {
                if (text.startsWith(OBJECT)) {
                    addObjects(options, request, text, List.of(spineAt, output));
                } else {
                    addFeatures(options, request, text);
                }
            }
            options.rules(request);
            return notEmpty(options, features, request.writeTo(output));
        } catch (IllegalArgumentException e) {
            throw options.usage("Invalid request: " + e.getMessage());
        }
    }

    /** A glob that matches nothing is a slip, unless nothing is what was expected. */
    private static MergeRequest notEmpty(CommonOptions options, List<String> features, MergeRequest request) {
        if (options.anyNumber() && request.featureFiles().isEmpty()) {
            throw new InvalidInputException("Cannot find any feature file: " + String.join(", ", features));
        }
        return request;
    }

    /** Adds an object, or those of a folder in {@code gs://} that a glob matches, without {@code others}. */
    private static void addObjects(CommonOptions options, MergeRequest.Builder request, String text, List<URI> others) {
        String wanted = text.endsWith("/") ? text + ANY_FILE : text;
        int slash = wanted.lastIndexOf('/');
        String glob = wanted.substring(slash + 1);
        if (!WILDCARD.matcher(glob).find()) {
            request.featureUris(List.of(options.address("--features", wanted)));
            return;
        }
        int bucketEnd = wanted.indexOf('/', OBJECT.length());
        if (bucketEnd <= OBJECT.length()) {
            throw options.usage(
                    "Invalid value for option '--features': must be like gs://bucket/folder/ but was " + text);
        }
        options.checkGlob("--features", text, glob);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        URI folder = options.object(
                "--features", wanted.substring(OBJECT.length(), bucketEnd), wanted.substring(bucketEnd, slash + 1));
        request.featureUris(CloudStore.list(folder).stream()
                .filter(found -> !others.contains(found) && matcher.matches(Path.of(MergeRequest.fileName(found))))
                .toList());
    }

    private static void addFeatures(CommonOptions options, MergeRequest.Builder request, String text) {
        int slash = Math.max(text.lastIndexOf('/'), text.lastIndexOf(java.io.File.separatorChar));
        String folder = text.substring(0, slash + 1);
        String name = text.substring(slash + 1);
        if (!WILDCARD.matcher(text).find() || Files.exists(options.path("--features", text))) {
            Path path = options.path("--features", text);
            if (Files.isDirectory(path)) {
                request.features(path, ANY_FILE);
            } else {
                request.features(path);
            }
        } else if (WILDCARD.matcher(folder).find()) {
            throw options.usage("Invalid value for option '--features': wildcards must be in the last part: " + text);
        } else {
            options.checkGlob("--features", text, name);
            request.features(options.path("--features", folder), name);
        }
    }
}
