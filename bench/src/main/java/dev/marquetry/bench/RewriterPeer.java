/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.hadoop.rewrite.ParquetRewriter;

/** parquet-java's own rewriter, in a JVM of its own. It pairs rows by position and never looks at a key. */
final class RewriterPeer implements Peer {
    private final Installation installation;

    RewriterPeer(Installation installation) {
        this.installation = installation;
    }

    @Override
    public String name() {
        return "parquet-java";
    }

    @Override
    public String version() {
        return "parquet-java " + ParquetRewriter.class.getPackage().getImplementationVersion() + " ParquetRewriter";
    }

    @Override
    public List<String> command(Job job, Inputs inputs, Path output, Path scratch) {
        return installation.main(
                RewriterMerge.class, List.of(inputs.folder().toString(), output.toString(), scratch.toString()));
    }
}
