package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/match"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const refName = "org.opencontainers.image.ref.name"

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// image builds one image out of tar files, each a layer, and puts it in an OCI
// layout under every name it is given, without the registry's own name:
// library/busybox:latest, pause:3.10.
func image(args []string) error {
	flags := flag.NewFlagSet("image", flag.ExitOnError)
	store := flags.String("store", "", "folder of the OCI layout")
	from := flags.String("from", "", "image of the layout to build on")
	workdir := flags.String("workdir", "", "working directory")
	user := flags.String("user", "", "user to run as")
	var names, layers, entrypoint, cmd, env list
	flags.Var(&names, "name", "name of the image; may be repeated")
	flags.Var(&layers, "layer", "tar file to add as a layer; may be repeated")
	flags.Var(&entrypoint, "entrypoint", "one word of the entrypoint; may be repeated")
	flags.Var(&cmd, "cmd", "one word of the command; may be repeated")
	flags.Var(&env, "env", "NAME=value; may be repeated")
	flags.Parse(args)

	path, err := openLayout(*store)
	if err != nil {
		return err
	}
	img := mutate.MediaType(mutate.ConfigMediaType(empty.Image, types.OCIConfigJSON), types.OCIManifestSchema1)
	if *from != "" {
		desc, err := find(path, *from)
		if err != nil {
			return err
		}
		if img, err = path.Image(desc.Digest); err != nil {
			return err
		}
	}
	for _, file := range layers {
		layer, err := tarball.LayerFromFile(file, tarball.WithMediaType(types.OCILayer))
		if err != nil {
			return err
		}
		if img, err = mutate.AppendLayers(img, layer); err != nil {
			return err
		}
	}
	file, err := img.ConfigFile()
	if err != nil {
		return err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture = "linux", "amd64"
	file.Created = v1.Time{Time: time.Unix(0, 0).UTC()}
	if entrypoint != nil {
		file.Config.Entrypoint, file.Config.Cmd = entrypoint, nil
	}
	if cmd != nil {
		file.Config.Cmd = cmd
	}
	if *workdir != "" {
		file.Config.WorkingDir = *workdir
	}
	if *user != "" {
		file.Config.User = *user
	}
	file.Config.Env = append(file.Config.Env, env...)
	if img, err = mutate.ConfigFile(img, file); err != nil {
		return err
	}
	for _, name := range names {
		err := path.ReplaceImage(img, match.Name(name),
			layout.WithAnnotations(map[string]string{refName: name}))
		if err != nil {
			return err
		}
	}
	return nil
}

// registry answers pulls, and nothing else, out of an OCI layout. It does not
// look at which registry the client meant, so that one layout can stand in for
// all of them. A version (a tag with a digit in it) that the layout lacks, of an
// image that it has, is answered with the image's latest.
func registry(args []string) error {
	flags := flag.NewFlagSet("registry", flag.ExitOnError)
	store := flags.String("store", "", "folder of the OCI layout")
	address := flags.String("address", "127.0.0.1:5000", "address to listen on")
	flags.Parse(args)
	path, err := openLayout(*store)
	if err != nil {
		return err
	}
	return http.ListenAndServe(*address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Docker-Distribution-API-Version", "registry/2.0")
		rest := strings.TrimPrefix(r.URL.Path, "/v2/")
		if rest == "" {
			return
		}
		if name, digest, ok := strings.Cut(rest, "/blobs/"); ok && name != "" {
			blob(w, r, *store, digest, "application/octet-stream")
			return
		}
		name, reference, ok := strings.Cut(rest, "/manifests/")
		if !ok {
			http.NotFound(w, r)
			return
		}
		separator := ":"
		if strings.HasPrefix(reference, "sha256:") {
			separator = "@"
		}
		desc, err := find(path, name+separator+reference)
		if err != nil && separator == ":" && strings.ContainsAny(reference, "0123456789") {
			desc, err = find(path, name+":latest")
		}
		if err != nil {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"errors":[{"code":"MANIFEST_UNKNOWN","message":%q}]}`, err)
			return
		}
		blob(w, r, *store, desc.Digest.String(), string(desc.MediaType))
	}))
}

func blob(w http.ResponseWriter, r *http.Request, store, digest, mediaType string) {
	hash, err := v1.NewHash(digest)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Docker-Content-Digest", digest)
	http.ServeFile(w, r, filepath.Join(store, "blobs", hash.Algorithm, hash.Hex))
}

// find reads the layout's index anew each time, so that an image is there as
// soon as it is built.
func find(path layout.Path, reference string) (v1.Descriptor, error) {
	index, err := path.ImageIndex()
	if err != nil {
		return v1.Descriptor{}, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return v1.Descriptor{}, err
	}
	_, digest, byDigest := strings.Cut(reference, "@")
	for _, desc := range manifest.Manifests {
		if byDigest && desc.Digest.String() == digest || !byDigest && desc.Annotations[refName] == reference {
			return desc, nil
		}
	}
	return v1.Descriptor{}, fmt.Errorf("no image %s", reference)
}

func openLayout(store string) (layout.Path, error) {
	path, err := layout.FromPath(store)
	if errors.Is(err, os.ErrNotExist) {
		return layout.Write(store, empty.Index)
	}
	return path, err
}
