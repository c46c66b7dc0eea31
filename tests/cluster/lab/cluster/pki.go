package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// A pair is a certificate with its key, in PEM.
type pair struct{ cert, key []byte }

// pki writes what the daemons need to know each other by: one authority, the
// serving certificates, a key for service account tokens, and one kubeconfig
// for each client. An authority that is already there is left alone.
func pki(args []string) error {
	flags := flag.NewFlagSet("pki", flag.ExitOnError)
	dir := flags.String("dir", "", "folder to write to")
	node := flags.String("node", "node-1", "name of the node")
	ips := flags.String("ips", "127.0.0.1", "addresses of the API server and the kubelet, comma-separated")
	names := flags.String("names", "localhost,kubernetes,kubernetes.default,kubernetes.default.svc,kubernetes.default.svc.cluster.local", "names of the API server, comma-separated")
	server := flags.String("server", "https://127.0.0.1:6443", "address of the API server for clients")
	flags.Parse(args)
	if _, err := os.Stat(filepath.Join(*dir, "admin.kubeconfig")); err == nil {
		return nil
	}
	if err := os.MkdirAll(*dir, 0o700); err != nil {
		return err
	}

	authority, signer, err := certificate(&x509.Certificate{
		Subject: pkix.Name{CommonName: "lab"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}, nil, nil)
	if err != nil {
		return err
	}
	parsed, _ := pem.Decode(authority.cert)
	parent, err := x509.ParseCertificate(parsed.Bytes)
	if err != nil {
		return err
	}
	var addresses []net.IP
	for _, ip := range strings.Split(*ips, ",") {
		addresses = append(addresses, net.ParseIP(ip))
	}
	files := map[string][]byte{"ca.crt": authority.cert, "ca.key": authority.key}

	for name, hosts := range map[string][]string{
		"apiserver": strings.Split(*names, ","),
		"kubelet":   {*node, "localhost"},
	} {
		p, _, err := certificate(&x509.Certificate{
			Subject: pkix.Name{CommonName: name}, DNSNames: hosts, IPAddresses: addresses,
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}, parent, signer)
		if err != nil {
			return err
		}
		files[name+".crt"], files[name+".key"] = p.cert, p.key
	}

	account, _, err := certificate(&x509.Certificate{Subject: pkix.Name{CommonName: "service-accounts"}}, parent, signer)
	if err != nil {
		return err
	}
	files["sa.key"] = account.key

	for name, subject := range map[string]pkix.Name{
		"controller-manager": {CommonName: "system:kube-controller-manager"},
		"scheduler":          {CommonName: "system:kube-scheduler"},
		"proxy":              {CommonName: "system:kube-proxy"},
		"node":               {CommonName: "system:node:" + *node, Organization: []string{"system:nodes"}},
		"apiserver-client":   {CommonName: "kube-apiserver", Organization: []string{"system:masters"}},
		"admin":              {CommonName: "admin", Organization: []string{"system:masters"}},
	} {
		p, _, err := certificate(&x509.Certificate{
			Subject:  subject,
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}, parent, signer)
		if err != nil {
			return err
		}
		files[name+".crt"], files[name+".key"] = p.cert, p.key
		config := clientcmdapi.NewConfig()
		config.Clusters["lab"] = &clientcmdapi.Cluster{Server: *server, CertificateAuthorityData: authority.cert}
		config.AuthInfos[name] = &clientcmdapi.AuthInfo{ClientCertificateData: p.cert, ClientKeyData: p.key}
		config.Contexts["lab"] = &clientcmdapi.Context{Cluster: "lab", AuthInfo: name}
		config.CurrentContext = "lab"
		if files[name+".kubeconfig"], err = clientcmd.Write(*config); err != nil {
			return err
		}
	}

	// The file that says the folder is complete is written last.
	last := files["admin.kubeconfig"]
	delete(files, "admin.kubeconfig")
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(*dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(*dir, "admin.kubeconfig"), last, 0o600)
}

// certificate signs template with the parent's key, or with its own where
// there is no parent.
func certificate(template, parent *x509.Certificate, signer crypto.Signer) (pair, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return pair{}, nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().AddDate(10, 0, 0)
	if parent == nil {
		parent, signer = template, key
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return pair{}, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return pair{}, nil, err
	}
	return pair{
		cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		key:  pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}),
	}, key, nil
}
